import type { Result } from '../result.ts';

/** Where issues are: below one issue, or in a repository or team, by a label. */
export type IssuePlace =
  | { readonly tracker: 'github'; readonly repo: string; readonly issue: number | null; readonly label: string | null }
  | { readonly tracker: 'linear'; readonly team: string; readonly issue: number | null; readonly label: string | null };

/** One issue as its tracker tells of it. Its texts were written by anybody. */
export type TrackerIssue = {
  /** What it is called beside the others: `#12`, `acme/other#3`, `PAY-9`. */
  readonly key: string;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'done' | 'dropped';
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  /** In points; null: nobody said. */
  readonly estimate: number | null;
  readonly blockedBy: readonly { readonly key: string; readonly isOver: boolean }[];
  /** How many sub-issues it has itself. */
  readonly children: number;
  /** Whether whoever wrote it may change the project, so that what it says of itself can be believed. */
  readonly isByMember: boolean;
};

/** `parent` null: they were found by a label. */
export type IssueList = { readonly parent: TrackerIssue | null; readonly issues: readonly TrackerIssue[] };

export type NewIssue = {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly estimate: number | null;
  readonly assignee: string | null;
};

/** `notes`: what the tracker could not take, a sentence each. */
export type MadeIssue = { readonly key: string; readonly url: string; readonly notes: readonly string[] };

/** Why a tracker did not do what it was asked to: what happened, why, and what to do next. */
export type TrackerTrouble = { readonly what: string; readonly why: string; readonly next: string };

/** GitHub, Linear, or whoever else keeps issues. Only reads are ever tried again. */
export interface Tracker {
  /** Sub-issues and issues of the parent's task list, or whatever has the label; those that are over too. */
  list(place: IssuePlace): Promise<Result<IssueList, TrackerTrouble>>;
  /** Issues that were made for the parent and never became its sub-issues, if that can happen. */
  strays(place: IssuePlace): Promise<Result<readonly TrackerIssue[], TrackerTrouble>>;
  /** Makes one a sub-issue of the parent. */
  adopt(place: IssuePlace, key: string): Promise<Result<void, TrackerTrouble>>;
  /** A new sub-issue of the parent. */
  create(place: IssuePlace, issue: NewIssue): Promise<Result<MadeIssue, TrackerTrouble>>;
  comment(place: IssuePlace, text: string): Promise<Result<void, TrackerTrouble>>;
}
