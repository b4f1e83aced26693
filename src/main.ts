#!/usr/bin/env node
import { runProgram } from './cli/program.ts';
import { openShell } from './world/shell.ts';

/** Node ends a program whose last promise waits for something that it does not count, a closing pipe for one. */
const awake = setInterval(() => undefined, 1 << 30);

/** The only place that catches what nobody expected: that is a bug of ours, and it says so. */
try {
  process.exitCode = await runProgram(process.argv.slice(2), openShell());
} catch (bug) {
  process.stderr.write(`Branchline has a bug: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}\n`);
  process.exitCode = 1;
} finally {
  clearInterval(awake);
}
