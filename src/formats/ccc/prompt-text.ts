import type { SourceFile } from '../source.ts';

export type Line = { readonly text: string; readonly line: number };

/** Parts of a dispatch prompt. */
export type Label =
  | 'launch from'
  | 'context'
  | 'mode'
  | 'launch as'
  | 'worktree'
  | 'tasks'
  | 'deliverable'
  | 'acceptance'
  | 'constraints'
  | 'references'
  | 'labels'
  | 'estimate'
  | 'parent'
  | 'assignee';

const LABELS: readonly (readonly [RegExp, Label])[] = [
  [/^launch from$/i, 'launch from'],
  [/^context$/i, 'context'],
  [/^exec(?:ution)? mode$/i, 'mode'],
  [/^launch as$/i, 'launch as'],
  [/^worktree$/i, 'worktree'],
  [/^tasks$/i, 'tasks'],
  [/^deliverables?$/i, 'deliverable'],
  [/^acceptance criteria$/i, 'acceptance'],
  [/^constraints$/i, 'constraints'],
  [/^references$/i, 'references'],
  [/^labels$/i, 'labels'],
  [/^estimate$/i, 'estimate'],
  [/^parent(?: issue)?$/i, 'parent'],
  [/^assignee$/i, 'assignee'],
];

/** A prompt cut out of a file: what stands in front of its first sentence, the sentence, and the rest by its labels. */
export type PromptText = {
  readonly file: string;
  readonly opening: Line;
  /** `Batch 1A: Ledger`, where a heading says so. */
  readonly title: Line | null;
  readonly parts: ReadonlyMap<Label, readonly Line[]>;
  /** Lines below the opening without a label: the project and where it is. */
  readonly loose: readonly Line[];
  /** All of it. */
  readonly whole: readonly Line[];
};

/** `**Execution mode:** pair` → its label and what follows; null: no label of a prompt. */
function labelIn(text: string): { readonly label: Label; readonly rest: string } | null {
  const found =
    /^\s*[*_]{0,2}([A-Za-z ]{4,24})[*_]{0,2}\s*:[*_]{0,2}\s*(.*)$/.exec(text) ??
    /^#{2,4}\s+([A-Za-z ]{4,24}?)\s*:?\s*()$/.exec(text);
  const label = LABELS.find(([pattern]) => pattern.test(found?.[1]?.trim() ?? ''))?.[1];
  return label === undefined ? null : { label, rest: found?.[2] ?? '' };
}

const TITLE = /^(?:#{1,4}\s+|[*_]{0,2}title:?[*_]{0,2}\s*:?\s*)?Batch\s+\d+[A-Z]\s*:/i;
const IN_FRONT: ReadonlySet<Label> = new Set(['labels', 'estimate', 'parent', 'assignee']);
const FENCE = /^\s*(?:```|~~~)/;
const isOpening = (text: string): boolean => /\bfrom\s+master\s+plan\b/i.test(text);

/** Every prompt of a file, in code fences or not. One begins where a task is said to be from a master plan. */
export function promptTexts({ path, text }: SourceFile): readonly PromptText[] {
  const lines = text.split(/\r?\n/).map((each, index): Line => ({ text: each, line: index + 1 }));
  const openings = lines.flatMap((line, index) => (isOpening(line.text) ? [index] : []));
  const starts = openings.map((opening) => startOf(lines, opening));
  return openings.flatMap((opening, index): PromptText[] => {
    const end = endOf(lines, opening, starts[index + 1] ?? lines.length);
    const first =
      opening > 0 && !/\b[A-Z][A-Z0-9]*-\d+/.test(beforePlan(lines[opening]?.text ?? '')) ? opening - 1 : opening;
    const front = lines.slice(starts[index] ?? first, first);
    const below = lines.slice(opening + 1, end);
    const said = {
      text: lines
        .slice(first, opening + 1)
        .map((line) => line.text.trim())
        .join(' '),
      line: lines[first]?.line ?? 1,
    };
    const { parts, loose } = partsOf([...front, ...below]);
    if (!(parts.has('mode') || parts.has('tasks') || parts.has('acceptance'))) return [];
    const title = front.find((line) => TITLE.test(line.text)) ?? null;
    return [{ file: path, opening: said, title, parts, loose, whole: [said, ...below] }];
  });
}

const beforePlan = (text: string): string => text.split(/\bfrom\s+master\s+plan\b/i)[0] ?? '';

/** Title, labels and the like stand in front of the first sentence. */
function startOf(lines: readonly Line[], opening: number): number {
  let start = opening;
  for (let at = opening - 1; at >= Math.max(0, opening - 20); at--) {
    const { text } = lines[at] ?? { text: '' };
    const label = labelIn(text)?.label;
    if (TITLE.test(text) || (label !== undefined && IN_FRONT.has(label))) start = at;
    else if (text.trim() !== '' && !FENCE.test(text) && at < opening - 1) break;
  }
  return start;
}

/** At the end of its fence, at a heading that is no part of it, or where the next one begins. */
function endOf(lines: readonly Line[], opening: number, next: number): number {
  const isFenced = lines.slice(0, opening).filter(({ text }) => FENCE.test(text)).length % 2 === 1;
  for (let at = opening + 1; at < next; at++) {
    const text = lines[at]?.text ?? '';
    if (isFenced ? FENCE.test(text) : /^#{1,4}\s/.test(text) && labelIn(text) === null) return at;
  }
  return next;
}

function partsOf(lines: readonly Line[]): Pick<PromptText, 'parts' | 'loose'> {
  const parts = new Map<Label, Line[]>();
  const loose: Line[] = [];
  let now: Label | null = null;
  for (const line of lines) {
    const pieces = piecesOf(line);
    for (const piece of pieces) {
      const found = labelIn(piece.text);
      if (found === null) {
        (now === null ? loose : (parts.get(now) ?? loose)).push(piece);
        continue;
      }
      now = found.label;
      const own = parts.get(now) ?? [];
      parts.set(now, own);
      if (found.rest !== '') own.push({ text: found.rest, line: piece.line });
      if (['launch from', 'labels', 'estimate', 'parent', 'assignee', 'mode', 'launch as', 'worktree'].includes(now))
        now = null;
    }
  }
  return { parts, loose: loose.filter(({ text }) => text.trim() !== '' && !FENCE.test(text) && !TITLE.test(text)) };
}

/** `Execution mode: tdd | Launch as: … | Worktree: yes` holds three labels on one line. */
function piecesOf({ text, line }: Line): readonly Line[] {
  if (!/\b(?:exec(?:ution)? mode|launch as)\b.*\|/i.test(text)) return [{ text, line }];
  return text.split('|').map((piece) => ({ text: piece.trim(), line }));
}
