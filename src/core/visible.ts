/**
 * Text of an agent or a command as it may be shown: whatever could drive a terminal (escape sequences, other control
 * characters, marks that reorder text) is written out, bytes that are not UTF-8 become U+FFFD. Newlines and tabs stay.
 */
export const visible = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (char) => `\\x${hex(char, 2)}`)
    .replace(/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (char) => `\\u${hex(char, 4)}`);

const hex = (char: string, digits: number): string => char.charCodeAt(0).toString(16).padStart(digits, '0');
