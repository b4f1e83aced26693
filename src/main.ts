#!/usr/bin/env node
import { runProgram } from './cli/program.ts';
import { openShell } from './world/shell.ts';

for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessGone);

/** The only place that catches what nobody expected: that is a bug of ours, and it says so. */
try {
  process.exitCode = await runProgram(process.argv.slice(2), openShell());
} catch (bug) {
  process.stderr.write(`Branchline has a bug: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}\n`);
  process.exitCode = 1;
}

/** Whoever reads us may leave, as `head` does. That must not end a run; what is written afterwards is simply not read. */
function unlessGone(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}
