import type { Asked } from '../question.ts';

/** Folders of attempts by which their agents ask, widen their scope, tell progress and report. */
export interface Desks {
  /**
   * Makes the folder if it is not there and tells what lies in it from now on: first every question that has no answer
   * yet, by its number, before this resolves. Notes of one desk come one after the other. Rejects where a folder
   * cannot be made.
   */
  open(folder: string, on: (note: DeskNote) => void): Promise<Desk>;
}

/** All text in it is visible text. Anything an agent can put into a folder becomes one of these; none of it is believed. */
export type DeskNote =
  /** `paths`: what a question of kind `scope` asks for, relative to the worktree, as they stand in its text; else empty. */
  | { readonly type: 'question'; readonly number: number; readonly asked: Asked; readonly paths: readonly string[] }
  /** It would have asked, had anybody been there to answer. The same number means the same one, also after a restart. */
  | { readonly type: 'unasked'; readonly number: number; readonly asked: Asked }
  /** The answer is in the agent's hands. */
  | { readonly type: 'delivered'; readonly number: number }
  | { readonly type: 'progress'; readonly done: number; readonly of: number; readonly text: string }
  | { readonly type: 'done'; readonly text: string }
  /** Something that is none of the above, told once for each name. */
  | { readonly type: 'noise'; readonly file: string; readonly why: string };

export interface Desk {
  /**
   * Lays the answer where the agent looks for it. False: it does not lie there (another one does, which stays, or the
   * folder is not to be written to), so it has to be brought in another way.
   */
  answer(number: number, text: string): Promise<boolean>;
  /**
   * Claims bringing the answer to the agent in another way, after its end. False: the agent took it from the desk. The
   * first to claim has it, so an answer is delivered once.
   */
  deliver(number: number): Promise<boolean>;
  /** Nothing is told after this. The folder stays. */
  close(): Promise<void>;
}
