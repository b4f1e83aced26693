import type { Origin } from './draft.ts';
import type { Block } from './markdown.ts';
import type { SourceFile } from './source.ts';

/** What stands below a heading, down to the next one of its depth or above. */
export type Section = {
  /** null: what stands before the first heading. */
  readonly title: string | null;
  readonly at: Origin;
  readonly blocks: readonly Block[];
  /** As it was written, without comments of a line of their own. */
  readonly text: string;
};

/** A Markdown file by its headings of one depth. */
export function sectionsOf(file: SourceFile, blocks: readonly Block[], depth = 2): readonly Section[] {
  const lines = file.text.split(/\r?\n/);
  const starts = blocks.flatMap((block, index) => (block.is === 'heading' && block.depth <= depth ? [index] : []));
  const first = blocks[0];
  const all = first === undefined || starts[0] === 0 ? starts : [0, ...starts];
  return all.map((start, index) => {
    const inside = blocks.slice(start, all[index + 1]);
    const head = inside[0];
    const isHeaded = head?.is === 'heading' && head.depth <= depth;
    const at = head?.at ?? { file: file.path, line: 1 };
    const next = blocks[all[index + 1] ?? blocks.length];
    const own = lines.slice(isHeaded ? at.line : at.line - 1, next === undefined ? undefined : next.at.line - 1);
    const text = own.filter((line) => !/^\s*<!--.*-->\s*$/.test(line)).join('\n');
    return { title: isHeaded ? head.text : null, at, blocks: isHeaded ? inside.slice(1) : inside, text: text.trim() };
  });
}
