import type { PlanInput } from '../plans/fields.ts';

/** Where something stands in a file of another system; lines from 1. */
export type Origin = { readonly file: string; readonly line: number };

/** A value and where it was read. `note`: what was made of it, where it does not stand there as it is. */
export type Sourced<T> = { readonly value: T; readonly from: Origin; readonly note?: string };

export type TaskInput = NonNullable<NonNullable<PlanInput['tasks']>[string]>;
export type TaskValues = { readonly [F in keyof TaskInput]?: Sourced<Exclude<TaskInput[F], undefined>> };
export type PlanValues = {
  readonly [F in Exclude<keyof PlanInput, 'tasks' | 'plan'>]?: Sourced<Exclude<PlanInput[F], undefined>>;
};

/** One task as another system describes it. */
export type DraftTask = {
  /** What it is called there, as a person wrote it: `1A`, `Track A`, `T01.1`. */
  readonly name: string;
  readonly at: Origin;
  /** Fields of a task in Branchline's words. `needs` holds names of the other system; those of tasks that are over fall away. */
  readonly values: TaskValues;
  /** What is over already is not planned again. */
  readonly state: 'open' | 'done' | 'dropped';
};

/** Something that a format asks for and the file does not say. It is reported and never guessed. */
export type Missing = { readonly at: Origin; readonly task: string | null; readonly field: string };

/** Something that the file says and a plan cannot hold. */
export type Left = { readonly at: Origin; readonly what: string; readonly why: string };

/** What another system's files say, in Branchline's words and with a place for each word. */
export type Draft = {
  /** What the whole is called; null: nothing says so. */
  readonly name: Sourced<string> | null;
  readonly values: PlanValues;
  /** In the order of the file. */
  readonly tasks: readonly DraftTask[];
  readonly missing: readonly Missing[];
  readonly left: readonly Left[];
};

/** What there is to say on the way, beside tasks. */
export const NOTHING: Pick<Draft, 'values' | 'missing' | 'left'> = { values: {}, missing: [], left: [] };
