import { visible } from '../core/visible.ts';

export { visible };

const tailBytes_max = 4096;

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

/** Drops the trailing bytes of a character whose first byte was cut off. */
const withoutHalfCharacter = (bytes: Buffer, isCut: boolean): Buffer => {
  let from = 0;
  while (isCut && from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return bytes.subarray(from);
};
