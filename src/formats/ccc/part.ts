import type { Origin, Sourced, TaskValues } from '../draft.ts';
import type { Notes } from './notes.ts';
import type { IssueRef, Stage } from './words.ts';

/** What one place says of a task. Several places may speak of the same one. */
export type Part = {
  /** `1A`, `S-A`, or the key of an issue. */
  readonly name: string;
  readonly at: Origin;
  readonly issues: readonly IssueRef[];
  /** All but what it waits for and its brief. */
  readonly values: TaskValues;
  /** What the brief is made of. */
  readonly told: readonly string[];
  /** Phases, batches or issues that it waits for, as they were written. */
  readonly needs: readonly Sourced<string>[];
  readonly stage: Sourced<Stage> | null;
};

/** Whoever speaks first is heard; on how a task is worked on and by whom, all have to agree. */
export function merged(one: Part, other: Part, notes: Notes): Part {
  for (const field of ['mode', 'agent'] as const) {
    const [first, second] = [one.values[field], other.values[field]];
    if (first === undefined || second === undefined || first.value === second.value) continue;
    notes.fault(second.from, 'differs', {
      what: `The ${field} of ${one.name} is "${first.value}" and "${second.value}"`,
      why: `The first stands at ${first.from.file}:${first.from.line}`,
      next: 'Make them the same',
    });
  }
  const keys = new Set(one.issues.map(({ key }) => key));
  return {
    ...one,
    issues: [...one.issues, ...other.issues.filter(({ key }) => !keys.has(key))],
    values: { ...other.values, ...one.values },
    told: [...one.told, ...other.told],
    needs: [...one.needs, ...other.needs],
    stage: one.stage ?? other.stage,
  };
}

/** What follows from a mode that writes nothing. */
export const valuesOfMode = (mode: Sourced<string> | null): TaskValues => {
  if (mode === null) return {};
  if (mode.value !== 'analysis-only') return { mode };
  const { from } = mode;
  return {
    mode,
    kind: { value: 'research', from, note: 'it only analyses' },
    'no-change': { value: 'It only analyses: its findings are in its report', from },
  };
};
