import type { CommandRow } from './row.ts';

/** What is kept, set and found on this machine. */
export const MACHINE_COMMANDS: readonly CommandRow[] = [
  {
    name: 'gc',
    group: 'This machine',
    summary: 'Name what is kept and no longer needed; remove it with --yes',
    args: [],
    options: [{ flags: '-y, --yes', about: 'remove what was named' }],
    examples: ['branchline gc', 'branchline gc --yes'],
    load: async () => (await import('../commands/gc.ts')).act,
  },
  {
    name: 'agents',
    group: 'This machine',
    summary: 'Say which agents there are, what they can do, and how each would be started',
    details:
      'Those that are known, and those that settings or the plan at hand describe. The programs of known agents and of your own are started to ask for their version; nothing that a file in the repository names is.',
    args: [],
    options: [],
    examples: ['branchline agents', 'branchline agents --json'],
    load: async () => (await import('../commands/agents.ts')).act,
  },
  {
    name: 'doctor',
    group: 'This machine',
    summary: 'Look for what this machine lacks',
    args: [],
    options: [],
    examples: ['branchline doctor'],
    load: async () => (await import('../commands/doctor.ts')).act,
  },
  {
    name: 'config',
    group: 'This machine',
    summary: 'Show the settings, or which source decided one of them',
    args: [
      { usage: '[action]', about: 'list when not given', choices: ['list', 'explain'] },
      { usage: '[key]', about: 'name of a setting' },
    ],
    options: [],
    examples: ['branchline config', 'branchline config explain agents.max'],
    load: async () => (await import('../commands/config.ts')).act,
  },
  {
    name: 'completion',
    group: 'This machine',
    summary: 'Print a script that completes commands and options in a shell',
    args: [{ usage: '<shell>', about: 'which shell', choices: ['bash', 'zsh', 'fish', 'powershell'] }],
    options: [],
    examples: ['branchline completion bash >> ~/.bashrc', 'branchline completion zsh > ~/.zfunc/_branchline'],
    load: async () => (await import('../commands/completion.ts')).act,
  },
  {
    name: 'demo',
    group: 'This machine',
    summary: 'Make a small repository and run a plan on it, with no agent installed',
    args: [{ usage: '[dir]', about: 'where to make it; else a folder of its own below the temporary one' }],
    options: [],
    examples: ['branchline demo'],
    load: async () => (await import('../commands/demo.ts')).act,
  },
];
