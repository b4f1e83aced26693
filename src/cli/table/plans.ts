import type { CommandRow } from './row.ts';
import { PLAN } from './shared.ts';

/** Plans as files: nothing here starts a run. */
export const PLAN_COMMANDS: readonly CommandRow[] = [
  {
    name: 'init',
    group: 'Plans',
    summary: 'Write a commented plan for the repository at hand',
    details: 'Finds the commands that test, lint and build, and writes two tasks that run as they are.',
    args: [{ usage: '[file]', about: 'where to write it; plan.yaml when not given' }],
    options: [
      { flags: '--force', about: 'overwrite a file that is there' },
      { flags: '--print', about: 'print the plan, write nothing' },
    ],
    examples: ['branchline init', 'branchline init plans/audit.yaml --print'],
    load: async () => (await import('../commands/init.ts')).act,
  },
  {
    name: 'import',
    group: 'Plans',
    summary: 'Make a plan of the files of another system',
    details:
      'Finds out whose files they are, and says behind every value where it came from. What is missing and what a plan cannot hold is listed, never guessed. docs/importing.md has the formats.',
    args: [{ usage: '<source>', about: 'a file or a folder; - reads standard input' }],
    options: [
      { flags: '-o, --output <file>', about: 'where to write the plan; printed when not given' },
      { flags: '--from <format>', about: 'whose files they are, where it cannot be found out' },
      { flags: '--force', about: 'overwrite a file that is there' },
    ],
    examples: ['branchline import TODO.md -o plan.yaml', 'branchline import .dispatch'],
    load: async () => (await import('../commands/import.ts')).act,
  },
  {
    name: 'check',
    group: 'Plans',
    summary: 'Say whether a plan is sound, and who may run beside whom',
    details:
      'Starts nothing. Every pair of tasks that may not run together is listed with the reason and a path that shows it.',
    args: [PLAN],
    options: [],
    examples: ['branchline check', 'branchline check plan.yaml --json'],
    load: async () => (await import('../commands/check.ts')).act,
  },
  {
    name: 'simulate',
    group: 'Plans',
    summary: 'Run a plan in made-up time and draw it',
    args: [PLAN],
    options: [
      { flags: '--places <n>', about: 'how many attempts work at once; else what the plan says', kind: 'count' },
      { flags: '--batches', about: 'one wave after the other instead of filling places as they become free' },
    ],
    examples: ['branchline simulate plan.yaml --places 8'],
    load: async () => (await import('../commands/simulate.ts')).act,
  },
];
