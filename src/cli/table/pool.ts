import type { CommandRow } from './row.ts';

/** What the pool can be told to do; `status` when nothing is said. */
const POOL_ACTIONS = ['init', 'acquire', 'release', 'status', 'merge', 'cleanup', 'reset', 'health'] as const;

/** Slots outside of any run, for people and scripts. */
export const POOL_COMMANDS: readonly CommandRow[] = [
  {
    name: 'pool',
    group: 'Pool',
    summary: 'Hand out worktrees to people and scripts, and merge what they commit there',
    details:
      'init [size], acquire <task> [base], release <slot>, status, merge [branch], cleanup, reset [size], health. The lines that scripts read are in docs/pool.md.',
    args: [
      { usage: '[action]', about: 'status when not given', choices: POOL_ACTIONS },
      { usage: '[name]', about: 'init, reset: number of slots; acquire: task; release: slot; merge: branch' },
      { usage: '[base]', about: 'acquire: branch, tag or commit to start from; else the branch that is checked out' },
    ],
    options: [
      {
        flags: '--check <command>',
        about: 'merge: a shell command that must end well on the merged files before they land',
      },
    ],
    examples: [
      'branchline pool init 5',
      'branchline pool acquire api',
      'branchline pool merge release --check "npm test"',
      'branchline pool release wt-1',
    ],
    load: async () => (await import('../commands/pool.ts')).act,
  },
];
