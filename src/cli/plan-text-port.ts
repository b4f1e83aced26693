import type { ImportSummary } from '../report/import-text.ts';
import type { TextQuestion } from '../report/plan-text-text.ts';

/** What a person asks for with `plan`. */
export type TextWish = {
  /** The request itself; null: it comes on standard input. */
  readonly text: string | null;
  readonly out: string | null;
  readonly force: boolean;
  /** Who plans what is no list; null: as the settings say. */
  readonly agent: string | null;
  /** Nobody is asked anything. */
  readonly yes: boolean;
};

/** `plan` is null if anything is wrong; `diagnostics` then say what. */
export type TextPlan = ImportSummary & {
  readonly file: string | null;
  readonly plan: string | null;
  readonly questions: readonly TextQuestion[];
  /** What a planning agent took for granted, in its own words. */
  readonly assumed: readonly string[];
  /** Runs of the planning agent, the newest last; empty: nobody was started. */
  readonly runs: readonly string[];
  /** True where an agent wrote it and no person has looked at it yet. */
  readonly needsApproval: boolean;
};
