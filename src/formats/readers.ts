import { ccc } from './ccc/read.ts';
import { checklist } from './checklist/read.ts';
import type { Reader } from './source.ts';
import { tracks } from './tracks/read.ts';

/** Every format that can be read. Whoever is as sure as another and stands first is taken. */
export const READERS: readonly Reader[] = [tracks, ccc, checklist];
