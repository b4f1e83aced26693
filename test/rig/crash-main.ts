import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../src/cli/program.ts';
import { openShell } from '../../src/world/shell.ts';
import { withBoundaries } from './boundaries.ts';

/**
 * The program with a way to die: it writes down every boundary that it passes and kills itself, as kill -9 would, at the
 * one that the file `point` names (`<nth> <when> <effect>`), and nowhere when there is no such line.
 */
const folder = process.env['CRASH_FOLDER'] ?? '.';
const point = readFileSync(join(folder, 'point'), 'utf8').trim();
const passed = new Map<string, number>();

const meet = (effect: string, when: 'before' | 'after'): void => {
  const name = `${when} ${effect}`;
  const nth = (passed.get(name) ?? 0) + 1;
  passed.set(name, nth);
  appendFileSync(join(folder, 'passed'), `${nth} ${name}\n`);
  if (`${nth} ${name}` !== point) return;
  writeFileSync(join(folder, 'hit'), point);
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more may happen here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};

process.exitCode = await runProgram(
  process.argv.slice(2),
  openShell({ wrapParts: (parts) => withBoundaries(parts, meet) }),
);
