import { MARKS, type PlanItem } from './plan-file.ts';

/** A task's checklist as `plan.md` holds it. */
export type WrittenTask = {
  readonly title: string;
  readonly items: readonly PlanItem[];
  readonly notes: readonly string[];
};

/**
 * Writes the `plan.md` of a task. Whatever is in a text, it stays on its line: none of it can begin an item, tick one, or
 * pass for a word of whoever dispatched it.
 */
export function writePlanFile({ title, items, notes }: WrittenTask): string {
  const lines = items.flatMap(itemLines);
  const said = notes.flatMap((note) => (oneLine(note) === '' ? [] : [`> **Note from dispatcher:** ${oneLine(note)}`]));
  const heading = oneLine(title) === '' ? [] : [`# ${oneLine(title)}`];
  return `${[...heading, ...lines, ...said].join('\n')}\n`;
}

function itemLines({ text, state, note, blocker }: PlanItem): readonly string[] {
  const behind = note === null || oneLine(note) === '' ? '' : ` — ${oneLine(note)}`;
  const why = blocker === null || oneLine(blocker) === '' ? null : oneLine(blocker);
  const line = `- [${MARKS[state]}] ${plainText(text)}${behind}`.trimEnd();
  return why === null ? [line] : [line, `  > **${state === 'error' ? 'Error' : 'Blocker'}:** ${why}`];
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A dash between blanks would begin a note: it loses its blanks. */
export const plainText = (text: string): string => {
  let plain = oneLine(text);
  // Of two dashes in a row the second has its blanks still when the first has lost its own.
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/(?:^|\s)(?:—|–|--|-)(?:\s|$)/g, '—');
  }
  // A dash alone would begin a note as soon as there is one behind it.
  return /^(?:—|–|--|-)$/.test(plain) ? '' : plain;
};
