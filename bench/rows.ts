import type { Row } from './bench.ts';
import { decision } from './rows/decision.ts';
import { dispatch } from './rows/dispatch.ts';
import { endToEnd } from './rows/end-to-end.ts';
import { event } from './rows/event.ts';
import { hearing } from './rows/hearing.ts';
import { idle } from './rows/idle.ts';
import { idleAgents } from './rows/idle-agents.ts';
import { landing } from './rows/landing.ts';
import { makespan } from './rows/makespan.ts';
import { memory } from './rows/memory.ts';
import { overlaps } from './rows/overlaps.ts';
import { preparing } from './rows/preparing.ts';
import { spawning } from './rows/spawning.ts';
import { starting } from './rows/starting.ts';
import { status } from './rows/status.ts';

/** In the order of the table of goals. */
export const ROWS: readonly Row[] = [
  endToEnd,
  preparing,
  landing,
  makespan,
  overlaps,
  dispatch,
  decision,
  idle,
  memory,
  spawning,
  event,
  status,
  hearing,
  idleAgents,
  starting,
];
