import type { Result } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';

/** One sub-issue that a task is to have. */
export type IssueDraft = {
  readonly task: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly estimate: number | null;
  readonly assignee: string | null;
};

/** What is to be created below a parent, and which tasks have their issue already. */
export type IssueAim = {
  readonly parent: string;
  readonly create: readonly IssueDraft[];
  readonly there: readonly { readonly task: string; readonly key: string; readonly isStray: boolean }[];
};

export type IssueOutcome = {
  readonly task: string;
  readonly key: string;
  readonly url: string | null;
  readonly did: 'created' | 'attached';
  readonly notes: readonly string[];
};

/** Issues of trackers. Nothing is written before `carryOut`. */
export interface TrackerDesk {
  aim(plan: string, parent: string, drafts: readonly IssueDraft[]): Promise<Result<IssueAim, Refusal>>;
  /** One after the other; stops at the first that cannot be made. `told` hears of each. */
  carryOut(aim: IssueAim, told: (outcome: IssueOutcome) => void): Promise<Result<void, Refusal>>;
}
