import { PROMPT_STYLES } from '../../core/prompt-styles.ts';
import type { CommandRow } from './row.ts';
import { PLAN } from './shared.ts';

/** Plans as files: nothing here works on a plan. */
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
    args: [
      {
        usage: '<source>',
        about: 'a file or a folder; - reads standard input; or issues: github:acme/shop#12, linear:PAY-9',
      },
    ],
    options: [
      { flags: '-o, --output <file>', about: 'where to write the plan; printed when not given' },
      { flags: '--from <format>', about: 'whose files they are, where it cannot be found out' },
      { flags: '--label <label>', about: 'only issues with this label, of github:… or linear:…' },
      { flags: '--force', about: 'overwrite a file that is there' },
    ],
    examples: [
      'branchline import TODO.md -o plan.yaml',
      'branchline import .dispatch',
      'branchline import github:acme/shop#12 -o plan.yaml',
    ],
    load: async () => (await import('../commands/import.ts')).act,
  },
  {
    name: 'plan',
    group: 'Plans',
    summary: 'Make a plan of a request in your own words',
    details:
      'A numbered or bulleted list is taken apart as it stands. Anything else is planned by an agent, which changes nothing; its plan has to pass `check` before you are asked. Without a terminal the plan is written, and exit code 3 says that nobody has approved it.',
    args: [{ usage: '<text>', about: 'what has to be done; - reads standard input' }],
    options: [
      { flags: '-o, --output <file>', about: 'where to write the plan; printed when not given' },
      { flags: '--agent <name>', about: 'who plans what is no list; else as the settings say' },
      { flags: '--yes', about: 'ask nothing: what is not said is planned with care, and the plan counts as approved' },
      { flags: '--force', about: 'overwrite a file that is there' },
    ],
    examples: [
      'branchline plan "1. add the table 2. add an endpoint that reads it" -o plan.yaml',
      'branchline plan - --agent claude < request.md',
    ],
    load: async () => (await import('../commands/plan.ts')).act,
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
  {
    name: 'prompts',
    group: 'Plans',
    summary: 'Write one prompt per task, for people who launch agents by hand',
    details:
      'Starts nothing. Two tasks that may write the same path, or any other error of `check`, and there is no prompt at all.',
    args: [PLAN],
    options: [
      { flags: '--format <format>', about: 'in whose words; tracks when not given', choices: PROMPT_STYLES },
      { flags: '--task <id>', about: 'only the prompt of this task' },
      { flags: '--out <dir>', about: 'write each into a file of this folder instead of standard output' },
      { flags: '--force', about: 'overwrite files that are there' },
      { flags: '--playbook', about: 'also what the person does who launches and merges' },
      {
        flags: '--plan-link <link>',
        about: 'where the plan is attached: an address, a link or an issue; outside agents need it',
      },
      { flags: '--label <label>', about: 'label of the tracker whose open issues the playbook sweeps at the end' },
      {
        flags: '--create-issues <parent>',
        about: 'create a sub-issue per task below github:acme/shop#12 or linear:PAY-9, with the ccc prompt as its text',
      },
      { flags: '--yes', about: 'create them without asking' },
    ],
    examples: [
      'branchline prompts --create-issues github:acme/shop#12',
      'branchline prompts plan.yaml',
      'branchline prompts --format ccc --out prompts --playbook',
      'branchline prompts --format outside --task api --plan-link https://github.com/acme/shop/issues/9',
    ],
    load: async () => (await import('../commands/prompts.ts')).act,
  },
];
