import { visible } from '../visible.ts';
import { pad, widthOf } from '../width.ts';

const FRAMES = {
  double: { top: ['╔', '═', '╗'], rule: ['╠', '═', '╣'], bottom: ['╚', '═', '╝'], side: '║' },
  light: { top: ['┌', '─', '┐'], rule: ['├', '─', '┤'], bottom: ['└', '─', '┘'], side: '│' },
} as const;

type Edge = readonly [string, string, string];

/** Narrower frames look like an accident. */
const LEAST_INSIDE = 44;

/** Sections in a frame of lines, a rule between them. Anybody's text is made visible, and every right edge stands in one column. */
export function framed(
  sections: readonly (readonly string[])[],
  { columns, frame }: { readonly columns: number; readonly frame: keyof typeof FRAMES },
): readonly string[] {
  const shown = sections.filter(({ length }) => length > 0).map((section) => section.map(visible));
  const widest = shown.flat().reduce((most, line) => Math.max(most, widthOf(line)), LEAST_INSIDE);
  const inside = Math.max(1, Math.min(widest, columns - 4));
  const { top, rule, bottom, side } = FRAMES[frame];
  const across = ([left, line, right]: Edge): string => `${left}${line.repeat(inside + 2)}${right}`;
  const rows = shown.map((section) => section.map((line) => `${side} ${pad(line, inside)} ${side}`));
  return [across(top), ...rows.flatMap((each, at) => (at === 0 ? each : [across(rule), ...each])), across(bottom)];
}

/** `[████░░░░]`, full only when all is done. */
export function bar(done: number, of: number, cells: number): string {
  const filled = of === 0 ? 0 : Math.floor((cells * done) / of);
  return `[${'█'.repeat(filled)}${'░'.repeat(cells - filled)}]`;
}
