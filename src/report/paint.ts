import { styleText } from 'node:util';
import { visible } from './visible.ts';
import { cut, widthOf } from './width.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';
/** Text in one style; null: plain. The text may be anybody's. */
export type Span = { readonly text: string; readonly style: Style | null };

export const span = (text: string, style: Style | null = null): Span => ({ text, style });

/** One line of spans, made harmless, never wider than `columns`, then coloured (colour takes no columns). */
export function paint(spans: readonly Span[], { columns, colour }: PaintOptions): string {
  let line = '';
  let room = columns;
  for (const { text, style } of spans) {
    if (room <= 0) break;
    const shown = cut(visible(text), room);
    room -= widthOf(shown);
    line += style === null ? shown : styled(style, shown, colour);
  }
  return line.trimEnd();
}
export type PaintOptions = { readonly columns: number; readonly colour: boolean };

/** The caller has decided about colour (flag, NO_COLOR, FORCE_COLOR, terminal); here it is only applied. */
export const styled = (style: Style, text: string, colour: boolean): string =>
  colour && text !== '' ? styleText(style, text, { validateStream: false }) : text;
