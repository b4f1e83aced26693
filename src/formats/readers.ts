import { backlog } from './backlog/read.ts';
import { beads } from './beads/read.ts';
import { ccc } from './ccc/read.ts';
import { checklist } from './checklist/read.ts';
import { cw } from './cw/read.ts';
import { dispatch } from './dispatch/read.ts';
import { dispatchBoard } from './dispatch-board/read.ts';
import { dispatchConfig } from './dispatch-config/read.ts';
import { gsd } from './gsd/read.ts';
import { issues } from './issues/read.ts';
import { openspec } from './openspec/read.ts';
import { pool } from './pool/read.ts';
import { ralph } from './ralph/read.ts';
import type { Reader } from './source.ts';
import { specKit } from './spec-kit/read.ts';
import { symphony } from './symphony/read.ts';
import { taskMaster } from './task-master/read.ts';
import { tracks } from './tracks/read.ts';

/** Every format that can be read. Whoever is as sure as another and stands first is taken. */
export const READERS: readonly Reader[] = [
  ...[tracks, ccc, dispatch, dispatchConfig, dispatchBoard, pool, cw],
  ...[taskMaster, backlog, specKit, openspec, gsd, beads, ralph, symphony, issues],
  checklist,
];
