/**
 * Text that an agent, a repository or a tracker wrote, made harmless for a terminal. Whatever could move the cursor,
 * change the clipboard or the title, hide text or reorder it is shown as a mark that a reader recognises.
 */

/** One line: line ends and tabs are shown as marks too, so the text cannot pretend to be several lines of ours. */
export const visible = (text: string): string => (isPlain(text) ? text : text.replace(UNSAFE, mark));

/** Several lines: line ends and tabs keep their meaning, `\r\n` counts as one line end. */
export const visibleLines = (text: string): string =>
  text.replaceAll('\r\n', '\n').split('\n').map(visibleKeepingTabs).join('\n');

/** For text that comes in pieces: a `\r\n` cut in two stays one line end. */
export function visiblePieces(): (piece: string) => string {
  let held = '';
  return (piece) => {
    const whole = held + piece;
    held = whole.endsWith('\r') ? '\r' : '';
    return visibleLines(held === '' ? whole : whole.slice(0, -1));
  };
}

const visibleKeepingTabs = (line: string): string => line.split('\t').map(visible).join('\t');

const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/**
 * C0 and C1 controls; soft hyphen; bidirectional marks, overrides and isolates (an override can make `gpj.exe` read as
 * `exe.jpg`); invisible spaces and operators; line and paragraph separators; annotations; tag characters (text that a
 * model reads and a person does not); halves of surrogate pairs, private use.
 */
const UNSAFE =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e01ff}]|\p{Cs}|\p{Co}/gu;

function mark(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20) return String.fromCodePoint(0x2400 + point);
  if (point === 0x7f) return '\u2421';
  return `\\u{${point.toString(16)}}`;
}
