import type { Line } from './sections.ts';
import type { Wishes } from './wishes.ts';

/** What the words in front of a list say of it. */
export type Head = {
  /** Without announcements ("three things:") and wishes; empty: nothing is left. */
  readonly text: string;
  readonly line: number;
  /** How many it announces; null: it does not say. */
  readonly count: number | null;
  /** It says that there are several things to do. */
  readonly isSeveral: boolean;
  /** It says that they go one after the other. */
  readonly isInOrder: boolean;
  /** Its last line, if that can be the name of one piece of work; else null. */
  readonly title: string | null;
  /** What stands in front of the title. */
  readonly before: string;
  readonly endsInColon: boolean;
};

const COUNTS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const THINGS = '(?:tasks?|things?|items?|jobs?|pieces|issues|tickets|to-?dos?|points)';
const SEVERAL = new RegExp(
  `\\b(?:(${COUNTS.join('|')}|\\d{1,4})|several|some|these|following|multiple|the)\\s+(?:\\w+\\s+){0,2}?${THINGS}\\b|^\\W*(?:tasks|to-?dos?)\\s*:|\\bin\\s+parallel\\b|\\bindependent(?:ly)?\\b`,
  'iu',
);
const IN_ORDER =
  /\b(?:in\s+(?:this|that|the\s+given|exactly\s+this)\s+order|one\s+after\s+(?:the\s+other|another)|one\s+by\s+one|sequentially|step\s+by\s+step|in\s+order)(?=\s*(?:[.,;:)]|$))/iu;
const ANNOUNCING = new RegExp(
  `^\\W*(?:please\\s+|can\\s+you\\s+|could\\s+you\\s+)?(?:do\\s+|dispatch\\s+)?(?:(?:the|these|following|all|${COUNTS.join('|')}|\\d{1,4}|several|some)\\s+)*(?:\\w+\\s+)?${THINGS}(?:\\s+(?:to\\s+do|in\\s+parallel|for\\s+(?:you|me|us)))?\\W*$`,
  'iu',
);
/** Somebody who speaks, not the name of a piece of work. */
const SPEAKS =
  /^(?:we|i|you|please|can|could|would|need|needs|let|let's|lets|here|there|my|our|do|to-?dos?|tasks|so|and|but|if|when|as|all|everything|follow|hi|hello|hey)\b/iu;

export function headOf(lines: readonly Line[], wishes: Wishes): Head {
  const first = lines.find(({ text }) => text.trim() !== '');
  const text = wishes.text.trim();
  const said = text.split('\n').map((line) => line.replace(/^#+\s+/, '').trim());
  const last = said.at(-1) ?? '';
  const found = SEVERAL.exec(text);
  const isAnnouncement = last !== '' && (ANNOUNCING.test(last) || isOnlyOrder(last));
  const before = said.slice(0, -1).join('\n').trim();
  return {
    text: isAnnouncement ? before : said.join('\n'),
    line: first?.line ?? 1,
    count: found?.[1] === undefined ? null : countOf(found[1]),
    isSeveral: found !== null,
    isInOrder: IN_ORDER.test(text),
    title: isAnnouncement ? null : titleIn(last),
    before,
    endsInColon: /[::]$/.test(last),
  };
}

/** "Do these in this order:" tells of nothing else. */
const isOnlyOrder = (line: string): boolean =>
  IN_ORDER.test(line) &&
  /^\W*(?:(?:please|do|run|work|on|through|these|this|them|all|of|the|following|strictly)\W+)*$/iu.test(
    line.replace(IN_ORDER, ''),
  );

const countOf = (word: string): number => (/^\d/.test(word) ? Number(word) : COUNTS.indexOf(word.toLowerCase()) + 1);

/** A few words without a comma or a full stop between them. */
function titleIn(line: string): string | null {
  const plain = line.replace(/\s*[::]$/, '');
  if (plain === '' || plain.split(/\s+/).length > 8 || /[,;!?]|\.(?:\s|$)/.test(plain) || SPEAKS.test(plain))
    return null;
  return plain;
}
