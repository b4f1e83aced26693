import type { CheckReport } from '../../core/check.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Plan, Task, TaskId } from '../../core/plan.ts';
import type { PromptStyle } from '../../core/prompt-styles.ts';
import type { LaunchOrder } from './order.ts';

/** All that prompts are made of: the plan, what `check` says of it, and what the repository holds where work starts. */
export type PromptFacts = {
  readonly style: PromptStyle;
  readonly plan: Plan;
  readonly report: Pick<CheckReport, 'questions'>;
  readonly order: LaunchOrder;
  /** Short names of the branch that work starts from and of the one that it is merged into. */
  readonly base: string;
  readonly target: string;
  /** Name of the repository, and the folder where it is checked out. */
  readonly project: string;
  readonly root: string;
  /** How the plan file is called by who stands in that folder. */
  readonly planFile: string;
  /** Whether the commit where work starts holds the plan file. */
  readonly planCommitted: boolean;
  /** Files for agents that the repository has, in the order in which to read them. */
  readonly guides: readonly string[];
  /** Brief files that the repository holds, by their paths. */
  readonly briefs: ReadonlyMap<string, string>;
  /** Where outside agents find the plan: an address, a link, or a reference to an issue; null: nowhere. */
  readonly planLink: string | null;
  /** Label of the tracker whose open issues are swept at the end. */
  readonly label: string | null;
  /** The agent that only stands in because the plan names none; null: the plan says who works, or this machine does. */
  readonly standIn: string | null;
};

/** A file that goes with a prompt. */
export type PromptFile = { readonly name: string; readonly text: string };

/** What a style makes of one task; `text` null: it cannot be written, and an error says why. */
export type Written = {
  /** What the session is called in that system. */
  readonly title: string;
  readonly text: string | null;
  readonly files: readonly PromptFile[];
  readonly findings: readonly Diagnostic[];
};

/** One prompt, to be pasted as it is. */
export type Prompt = {
  readonly task: TaskId;
  readonly title: string;
  readonly text: string;
  readonly words: number;
  readonly files: readonly PromptFile[];
};

export type Writer = (facts: PromptFacts, task: Task) => Written;
