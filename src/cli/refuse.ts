import type { ExitCode, Refusal } from '../report/explanation.ts';
import { styled } from '../report/paint.ts';
import { visible } from '../report/visible.ts';
import type { Io } from './world-port.ts';

/** Says on standard error what was refused, why, and what to do next; as one JSON line with `--json`. Returns the exit code. */
export function refuse({ io, json }: { readonly io: Io; readonly json: boolean }, refusal: Refusal): ExitCode {
  const { what, why, next, exit = 2 } = refusal;
  if (json) {
    io.err(`${JSON.stringify({ v: 1, type: 'error', error: { what, why, next, exit } })}\n`);
    return exit;
  }
  const lines = [
    `${styled('red', 'error:', io.colour)} ${visible(what)}`,
    why === '' ? null : `  why:  ${why.split(LIST_BREAK).map(visible).join(LIST_BREAK)}`,
    next === '' ? null : `  next: ${visible(next)}`,
  ];
  io.err(`${lines.filter((line) => line !== null).join('\n')}\n`);
  return exit;
}

/** Between the entries of a list, indented so far that none of them can pass for a line of ours. */
const LIST_BREAK = '\n        ';

/** An expected refusal from below an interface that has no place for it; `runProgram` turns it into its three lines. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.what);
    this.refusal = refusal;
  }
}
