import type { Oid } from '../core/ports/git.ts';
import type { BytePath } from './safe-fs.ts';

export type IndexEntry = { readonly path: BytePath; readonly mode: number; readonly oid: Oid };

const FIXED = 40;
const EXTENDED = 0x4000;

/**
 * Entries (of the wanted modes) of an index file of version 2 or 3; null when it is anything else or cut short. Reading it here instead of
 * asking git means that an agent's own index can be looked at without any of its settings being obeyed.
 */
export function readIndex(
  bytes: Buffer,
  hashLength: number,
  wanted: (mode: number) => boolean = () => true,
): readonly IndexEntry[] | null {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC') return null;
  const version = bytes.readUInt32BE(4);
  if (version !== 2 && version !== 3) return null;
  const count = bytes.readUInt32BE(8);
  const entries: IndexEntry[] = [];
  let at = 12;
  for (let seen = 0; seen < count; seen += 1) {
    const flagsAt = at + FIXED + hashLength;
    if (flagsAt + 2 > bytes.length) return null;
    const isExtended = (bytes.readUInt16BE(flagsAt) & EXTENDED) !== 0;
    const pathAt = flagsAt + (isExtended ? 4 : 2);
    const end = bytes.indexOf(0, pathAt);
    if (end < 0) return null;
    const mode = bytes.readUInt32BE(at + 24);
    if (wanted(mode)) {
      const oid = bytes.toString('hex', at + FIXED, flagsAt);
      entries.push({ path: bytes.toString('latin1', pathAt, end), mode, oid });
    }
    // Entries are padded with 1 to 8 NUL bytes to a multiple of 8.
    at += (end - at + 8) & ~7;
  }
  return entries;
}

export const GITLINK = 0o160000;
