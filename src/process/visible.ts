const tailBytes_max = 4096;

/**
 * Text of an agent or a command as it may be shown: whatever could drive a terminal (escape sequences, other control
 * characters, marks that reorder text) is written out, bytes that are not UTF-8 become U+FFFD. Newlines and tabs stay.
 */
export const visible = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (char) => `\\x${hex(char, 2)}`)
    .replace(/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (char) => `\\u${hex(char, 4)}`);

/** The last lines of `bytes`, visible, at most 4 KiB of UTF-8. */
export const visibleTail = (bytes: Buffer): string => {
  const recent = bytes.subarray(Math.max(0, bytes.length - tailBytes_max));
  const shown = visible(withoutHalfCharacter(recent, bytes.length > recent.length).toString('utf8')).trimEnd();
  const encoded = Buffer.from(shown);
  if (encoded.length <= tailBytes_max) return shown;
  const cut = withoutHalfCharacter(encoded.subarray(encoded.length - tailBytes_max), true).toString('utf8');
  const line = cut.indexOf('\n');
  return line < 0 || line === cut.length - 1 ? cut : cut.slice(line + 1);
};

const hex = (char: string, digits: number): string => char.charCodeAt(0).toString(16).padStart(digits, '0');

/** Drops the trailing bytes of a character whose first byte was cut off. */
const withoutHalfCharacter = (bytes: Buffer, isCut: boolean): Buffer => {
  let from = 0;
  while (isCut && from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return bytes.subarray(from);
};
