/**
 * What lies in a desk. `NNN.question` and, once there is one, `NNN.answer`; `NNN.delivered` when the answer is in the
 * agent's hands; `NNN.unasked`, a question where nobody may be asked; `NNN.done`, a report.
 */
const KINDS = ['question', 'answer', 'delivered', 'unasked', 'done'] as const;
export type FileKind = (typeof KINDS)[number];

/** How far a task has come: the one file that is written over. */
export const PROGRESS = 'progress';

export const NUMBER_MAX = 9_999;
const digits = 3;

export const fileName = (number: number, kind: FileKind): string => `${numbered(number)}.${kind}`;

/** A number as it stands in names and in what agents are told. */
export const numbered = (number: number): string => String(number).padStart(digits, '0');

/** null: no name of the protocol. A number is written in one way only, so that its answer is looked for under one name. */
export function parseName(name: string): { readonly number: number; readonly kind: FileKind } | null {
  const [, text = '', suffix] = /^(\d{3,4})\.([a-z]+)$/.exec(name) ?? [];
  const kind = KINDS.find((each) => each === suffix);
  const number = Number(text);
  return kind !== undefined && numbered(number) === text ? { number, kind } : null;
}

/** A file that somebody is still writing, or was writing when it was killed. */
export const isUnfinished = (name: string): boolean => name.startsWith('.') || name.endsWith('.tmp');
