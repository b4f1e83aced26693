import type { Entry } from '../../core/event.ts';
import type { SystemName } from '../../core/state-words.ts';
import type { Status } from '../../core/status.ts';
import { ccc } from './ccc.ts';
import { cw } from './cw.ts';
import { dispatch } from './dispatch.ts';
import { pool } from './pool.ts';
import { type Skin, skinRun } from './skin-run.ts';
import { tracks } from './tracks.ts';

const SKINS: Readonly<Record<SystemName, Skin>> = { tracks, ccc, dispatch, pool, cw };

/** What is to be shown of which run: `entries` are all of it, in order; `columns` bounds what is meant for a terminal. */
export type Shown = { readonly status: Status; readonly entries: readonly Entry[]; readonly columns: number };

/** How a run stands, in the shape and the words of another system. */
export const skinnedStatus = (system: SystemName, { status, entries, columns }: Shown): string =>
  SKINS[system].status(skinRun(status, entries), columns);

/** What a run did, in the shape and the words of another system. */
export const skinnedReport = (system: SystemName, { status, entries, columns }: Shown): string =>
  SKINS[system].report(skinRun(status, entries), columns);
