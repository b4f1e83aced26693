#!/usr/bin/env node
import { runProgram } from './cli/program.ts';
import { openShell } from './world/shell.ts';

/** The only place that catches what nobody expected: that is a bug of ours, and it says so. */
try {
  process.exitCode = await runProgram(process.argv.slice(2), openShell());
} catch (bug) {
  process.stderr.write(`Branchline has a bug: ${bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)}\n`);
  process.exitCode = 1;
}
