import { COST_GROUPS } from '../../core/costs.ts';
import { SYSTEMS } from '../../core/state-words.ts';
import type { CommandRow } from './row.ts';
import { DETACH, MAX_WAIT, PLAN, RUN, RUN_ARG } from './shared.ts';

/** Runs as a whole. */
export const RUN_COMMANDS: readonly CommandRow[] = [
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
    load: async () => (await import('../commands/run.ts')).act,
  },
  {
    name: 'resume',
    group: 'Runs',
    summary: 'Go on with a run that is paused or was interrupted',
    args: [RUN_ARG],
    options: [DETACH, MAX_WAIT],
    examples: ['branchline resume', 'branchline resume --detach'],
    load: async () => (await import('../commands/resume.ts')).act,
  },
  {
    name: 'status',
    group: 'Runs',
    summary: 'Show a run: one line per task, its steps, what waits for whom',
    args: [RUN_ARG],
    options: [{ flags: '--format <system>', about: 'in the shape and the words of another system', choices: SYSTEMS }],
    examples: ['branchline status', 'branchline status --format cw', 'branchline status --json'],
    load: async () => (await import('../commands/status.ts')).act,
  },
  {
    name: 'list',
    group: 'Runs',
    summary: 'List the runs of this repository',
    args: [],
    options: [],
    examples: ['branchline list'],
    load: async () => (await import('../commands/list.ts')).act,
  },
  {
    name: 'report',
    group: 'Runs',
    summary: 'Write down what a run did: what landed, what did not and why',
    args: [RUN_ARG],
    options: [
      { flags: '-o, --output <file>', about: 'write it to this file instead of standard output' },
      {
        flags: '--format <format>',
        about: 'markdown when not given, json with --json; or the shape and the words of another system',
        choices: ['markdown', 'json', ...SYSTEMS],
      },
    ],
    examples: ['branchline report -o report.md', 'branchline report --format json', 'branchline report --format pool'],
    load: async () => (await import('../commands/report.ts')).act,
  },
  {
    name: 'checkpoint',
    group: 'Runs',
    summary: 'Write down where a run stands, for whoever goes on with it',
    details:
      'A YAML file and a brief for the next session, beside the run in the state folder. A run writes them by itself, too: before and after a group, when an attempt fails, and at the end of each invocation.',
    args: [RUN_ARG],
    options: [{ flags: '--list', about: 'list those that were written so far' }],
    examples: ['branchline checkpoint', 'branchline checkpoint --list', 'branchline checkpoint --json'],
    load: async () => (await import('../commands/checkpoint.ts')).act,
  },
  {
    name: 'handoff',
    group: 'Runs',
    summary: 'Say what another person or agent needs to go on with a task or a run',
    details:
      'Under 4,000 characters, so that it fits into one message. What agents wrote stands in fences, made visible.',
    args: [{ usage: '[what]', about: 'id of a task, or a run; else the newest run of this repository' }],
    options: [RUN],
    examples: ['branchline handoff api', 'branchline handoff', 'branchline handoff api --json'],
    load: async () => (await import('../commands/handoff.ts')).act,
  },
  {
    name: 'costs',
    group: 'Runs',
    summary: 'Show what a run cost in tokens and money, and what it may cost in all',
    details: 'Money of unknown price is said to be unknown, never counted as nothing.',
    args: [RUN_ARG],
    options: [{ flags: '--by <group>', about: 'what a row stands for; task when not given', choices: COST_GROUPS }],
    examples: ['branchline costs', 'branchline costs --by model', 'branchline costs --json'],
    load: async () => (await import('../commands/costs.ts')).act,
  },
  {
    name: 'pause',
    group: 'Runs',
    summary: 'Start nothing further in a run; agents at work go on',
    args: [RUN_ARG],
    options: [],
    examples: ['branchline pause'],
    load: async () => (await import('../commands/pause.ts')).act,
  },
  {
    name: 'amend',
    group: 'Runs',
    summary: 'Change the plan of a run while it is on',
    details: 'Shows first what would follow from it; nothing changes without --yes or a person who agrees.',
    args: [{ usage: '<plan>', about: 'the plan file as it should be now' }],
    options: [RUN, { flags: '-y, --yes', about: 'do it without asking' }],
    examples: ['branchline amend plan.yaml', 'branchline amend plan.yaml --yes'],
    load: async () => (await import('../commands/amend.ts')).act,
  },
];
