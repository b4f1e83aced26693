import type { TaskId } from '../core/plan.ts';
import type { PromptStyle } from '../core/prompt-styles.ts';
import type { PlacedDiagnostic } from '../report/diagnostic-text.ts';
import type { IssueDraft } from './tracker-port.ts';

/** What a person asks for with `prompts`. */
export type PromptOptions = {
  readonly format: PromptStyle;
  /** null: of every task. */
  readonly task: TaskId | null;
  readonly planLink: string | null;
  readonly label: string | null;
  readonly playbook: boolean;
  /** Folder to write them into; null: nothing is written. */
  readonly out: string | null;
  readonly force: boolean;
};
/** The prompts, or what is wrong. */
export type WrittenPrompts = {
  readonly file: string;
  readonly prompts: readonly {
    readonly task: TaskId;
    readonly title: string;
    readonly text: string;
    readonly words: number;
    readonly files: readonly { readonly name: string; readonly text: string }[];
  }[];
  readonly playbook: string | null;
  /** What the plan is called; null: it cannot be read. */
  readonly plan: string | null;
  /** The sub-issues that the tasks would have. */
  readonly issues: readonly IssueDraft[];
  /** As Markdown; null: there are no prompts. */
  readonly tables: { readonly dispatch: string; readonly summary: string } | null;
  /** All of it as one page, each prompt ready to be copied. */
  readonly text: string;
  readonly diagnostics: readonly PlacedDiagnostic[];
  /** Paths of the files that were written. */
  readonly written: readonly string[];
};
