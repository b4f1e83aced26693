/** Whether a person wrote that there is nothing: a dash of any length, "none", "n/a", or not a word. */
export const isNothing = (text: string): boolean => /^(?:[-–—]+|none|nothing|n\/a)?$/i.test(text.trim());

/** Where a Markdown reader would see more than the characters themselves. */
const MEANS_SOMETHING = /[\\`*_[\]<>#|~&@]|:(?=\/\/)|(?<=www)\./gi;

/** A text of one line that Markdown shows character for character, also in a cell. */
export const plainWords = (text: string): string => text.replace(/\s+/g, ' ').trim().replace(MEANS_SOMETHING, '\\$&');

/** A path or a pattern, set as code where code can hold it. */
export const asCode = (text: string): string => (/[`|\\\s]/.test(text) ? plainWords(text) : `\`${text}\``);

/** A Markdown table. Cells are Markdown already. */
export const markdownTable = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
