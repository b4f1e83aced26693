import type { Act } from './world-port.ts';

/** One command as a person knows it. Parsing, `--help`, `docs/cli.md` and completion all come from here. */
export type CommandRow = {
  readonly name: string;
  readonly group: (typeof GROUPS)[number];
  readonly summary: string;
  /** More than one sentence needs, as plain text; empty when the summary says it all. */
  readonly details?: string;
  readonly args: readonly ArgRow[];
  readonly options: readonly OptionRow[];
  readonly examples: readonly string[];
  /** The command's code, loaded only when it is used. */
  readonly load: () => Promise<Act>;
};

/** `usage` in commander's notation: `<needed>`, `[optional]`, `[many...]`; the name inside is the key in `Input.args`. */
export type ArgRow = { readonly usage: string; readonly about: string; readonly choices?: readonly string[] };

/** `flags` in commander's notation; the long name in camel case is the key in `Input.options`. */
export type OptionRow = {
  readonly flags: string;
  readonly about: string;
  readonly kind?: 'count' | 'duration';
  readonly choices?: readonly string[];
};

export const GROUPS = ['Plans', 'Runs', 'Tasks', 'This machine'] as const;

/** Understood before and after every command. */
export const GLOBAL_OPTIONS: readonly OptionRow[] = [
  { flags: '-C, --dir <dir>', about: 'work as if started in this folder' },
  { flags: '--json', about: 'machine-readable: data on standard output, errors as one JSON line on standard error' },
  { flags: '--color', about: 'colour even where it would not be used by itself' },
  { flags: '--no-color', about: 'no colour (NO_COLOR and FORCE_COLOR are honoured too)' },
  { flags: '-q, --quiet', about: 'only what was asked for, and errors' },
  { flags: '-v, --verbose', about: 'every event, also the small ones' },
  { flags: '--no-input', about: 'never ask a question on this terminal' },
];

const PLAN: ArgRow = { usage: '[plan]', about: 'plan file; else the one that the settings name, else plan.yaml' };
const TASK: ArgRow = { usage: '<task>', about: 'id of a task' };
const RUN_ARG: ArgRow = {
  usage: '[run]',
  about: 'a run, or the beginning of its id; else the newest of this repository',
};
const RUN: OptionRow = {
  flags: '--run <run>',
  about: 'a run, or the beginning of its id; else the newest of this repository',
};
const MAX_WAIT: OptionRow = {
  flags: '--max-wait <time>',
  about: 'longest wait for a limit to end, e.g. 90s, 30m, 2h; without a terminal it is 0 when not given',
  kind: 'duration',
};
const DETACH: OptionRow = { flags: '--detach', about: 'return at once; the run goes on in the background' };

export const COMMANDS: readonly CommandRow[] = [
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
    load: async () => (await import('./commands/init.ts')).act,
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
    load: async () => (await import('./commands/check.ts')).act,
  },
  {
    name: 'simulate',
    group: 'Plans',
    summary: 'Run a plan in made-up time and draw it',
    args: [PLAN],
    options: [
      { flags: '--places <n>', about: 'how many attempts work at once; else what the plan says', kind: 'count' },
      { flags: '--seed <n>', about: 'chance of the made-up durations; 1 when not given', kind: 'count' },
      { flags: '--batches', about: 'one wave after the other instead of filling places as they become free' },
    ],
    examples: ['branchline simulate plan.yaml --places 8'],
    load: async () => (await import('./commands/simulate.ts')).act,
  },
  {
    name: 'run',
    group: 'Runs',
    summary: 'Carry out a plan and land its work on one branch',
    details:
      'The first Ctrl-C lets agents end and keeps their work, the second one stops them. A run that was stopped goes on with `resume`.',
    args: [PLAN],
    options: [
      { flags: '-y, --yes', about: "approve this plan's content once" },
      { flags: '--approve <hash>', about: 'approve exactly this content, for CI' },
      { flags: '--target <branch>', about: 'land on this branch instead of the one that the plan names' },
      { flags: '--places <n>', about: 'how many attempts work at once; else what the plan says', kind: 'count' },
      { flags: '--agent <name>', about: 'the agent of every task that names none' },
      { flags: '--update-checkout', about: 'bring a clean checkout of the target along when it moves' },
      DETACH,
      MAX_WAIT,
    ],
    examples: [
      'branchline run plan.yaml',
      'branchline run plan.yaml --yes --json -C ../shop',
      'branchline run --detach',
    ],
    load: async () => (await import('./commands/run.ts')).act,
  },
  {
    name: 'resume',
    group: 'Runs',
    summary: 'Go on with a run that is paused or was interrupted',
    args: [RUN_ARG],
    options: [DETACH, MAX_WAIT],
    examples: ['branchline resume', 'branchline resume --detach'],
    load: async () => (await import('./commands/resume.ts')).act,
  },
  {
    name: 'status',
    group: 'Runs',
    summary: 'Show a run: one line per task, its steps, what waits for whom',
    args: [RUN_ARG],
    options: [],
    examples: ['branchline status', 'branchline status --json'],
    load: async () => (await import('./commands/status.ts')).act,
  },
  {
    name: 'list',
    group: 'Runs',
    summary: 'List the runs of this repository',
    args: [],
    options: [],
    examples: ['branchline list'],
    load: async () => (await import('./commands/list.ts')).act,
  },
  {
    name: 'report',
    group: 'Runs',
    summary: 'Write down what a run did: what landed, what did not and why',
    args: [RUN_ARG],
    options: [
      { flags: '-o, --output <file>', about: 'write it to this file instead of standard output' },
      { flags: '--format <format>', about: 'markdown when not given, json with --json', choices: ['markdown', 'json'] },
    ],
    examples: ['branchline report -o report.md', 'branchline report --format json'],
    load: async () => (await import('./commands/report.ts')).act,
  },
  {
    name: 'pause',
    group: 'Runs',
    summary: 'Start nothing further in a run; agents at work go on',
    args: [RUN_ARG],
    options: [],
    examples: ['branchline pause'],
    load: async () => (await import('./commands/pause.ts')).act,
  },
  {
    name: 'amend',
    group: 'Runs',
    summary: 'Change the plan of a run while it is on',
    details: 'Shows first what would follow from it; nothing changes without --yes or a person who agrees.',
    args: [{ usage: '<plan>', about: 'the plan file as it should be now' }],
    options: [RUN, { flags: '-y, --yes', about: 'do it without asking' }],
    examples: ['branchline amend plan.yaml', 'branchline amend plan.yaml --yes'],
    load: async () => (await import('./commands/amend.ts')).act,
  },
  {
    name: 'explain',
    group: 'Tasks',
    summary: 'Say what happened to a task, why, and what to type next',
    args: [TASK],
    options: [RUN],
    examples: ['branchline explain api'],
    load: async () => (await import('./commands/explain.ts')).act,
  },
  {
    name: 'answer',
    group: 'Tasks',
    summary: 'Answer a question, or list the open ones',
    args: [
      { usage: '[question]', about: 'id of the question, or of the task that asks; none: list the open ones' },
      { usage: '[text...]', about: 'the answer, or the number of an option; asked for when not given' },
    ],
    options: [RUN],
    examples: ['branchline answer', 'branchline answer api 2', 'branchline answer q7 "use UTC"'],
    load: async () => (await import('./commands/answer.ts')).act,
  },
  {
    name: 'retry',
    group: 'Tasks',
    summary: 'Give a task another attempt',
    args: [TASK],
    options: [RUN, { flags: '--note <text>', about: 'what the next attempt should know; stands in its brief' }],
    examples: ['branchline retry api --note "the schema is in db/"'],
    load: async () => (await import('./commands/retry.ts')).act,
  },
  {
    name: 'cancel',
    group: 'Tasks',
    summary: 'Stop a task, or with --all every task of a run; its work is kept',
    args: [{ usage: '[task]', about: 'id of a task' }],
    options: [RUN, { flags: '--all', about: 'every task that has not ended' }],
    examples: ['branchline cancel api', 'branchline cancel --all'],
    load: async () => (await import('./commands/cancel.ts')).act,
  },
  {
    name: 'logs',
    group: 'Tasks',
    summary: "Print the output of a task's agent",
    args: [TASK],
    options: [
      RUN,
      { flags: '-f, --follow', about: 'go on printing as it grows' },
      { flags: '--attempt <n>', about: 'of this attempt; else of the newest', kind: 'count' },
    ],
    examples: ['branchline logs api -f', 'branchline logs api --attempt 1'],
    load: async () => (await import('./commands/logs.ts')).act,
  },
  {
    name: 'diff',
    group: 'Tasks',
    summary: 'Print what a task changed so far, as a patch',
    args: [TASK],
    options: [RUN],
    examples: ['branchline diff api', 'branchline diff api > api.patch'],
    load: async () => (await import('./commands/diff.ts')).act,
  },
  {
    name: 'shell',
    group: 'Tasks',
    summary: "Open a shell in a task's worktree",
    args: [TASK],
    options: [RUN],
    examples: ['branchline shell api'],
    load: async () => (await import('./commands/shell.ts')).act,
  },
  {
    name: 'open',
    group: 'Tasks',
    summary: "Open a task's worktree in an editor, or print where it is",
    args: [TASK],
    options: [RUN, { flags: '--print', about: 'only print the folder' }],
    examples: ['branchline open api', 'cd "$(branchline open api --print)"'],
    load: async () => (await import('./commands/open.ts')).act,
  },
  {
    name: 'take',
    group: 'Tasks',
    summary: "Take what is in a task's worktree over as its result",
    details: 'For work that a person did there. It is checked and landed like any other.',
    args: [TASK],
    options: [RUN],
    examples: ['branchline shell api', 'branchline take api'],
    load: async () => (await import('./commands/take.ts')).act,
  },
  {
    name: 'gc',
    group: 'This machine',
    summary: 'Name what is kept and no longer needed; remove it with --yes',
    args: [],
    options: [{ flags: '-y, --yes', about: 'remove what was named' }],
    examples: ['branchline gc', 'branchline gc --yes'],
    load: async () => (await import('./commands/gc.ts')).act,
  },
  {
    name: 'doctor',
    group: 'This machine',
    summary: 'Look for what this machine lacks',
    args: [],
    options: [],
    examples: ['branchline doctor'],
    load: async () => (await import('./commands/doctor.ts')).act,
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
    load: async () => (await import('./commands/config.ts')).act,
  },
  {
    name: 'completion',
    group: 'This machine',
    summary: 'Print a script that completes commands and options in a shell',
    args: [{ usage: '<shell>', about: 'which shell', choices: ['bash', 'zsh', 'fish', 'powershell'] }],
    options: [],
    examples: ['branchline completion bash >> ~/.bashrc', 'branchline completion zsh > ~/.zfunc/_branchline'],
    load: async () => (await import('./commands/completion.ts')).act,
  },
  {
    name: 'demo',
    group: 'This machine',
    summary: 'Make a small repository and run a plan on it, with no agent installed',
    args: [{ usage: '[dir]', about: 'where to make it; else a folder of its own below the temporary one' }],
    options: [],
    examples: ['branchline demo'],
    load: async () => (await import('./commands/demo.ts')).act,
  },
];
