import { z } from 'zod';
import { field, kinds as k } from './kinds.ts';

export const parallel = k.either('true, false or a map', [
  k.flag,
  z.strictObject({
    enabled: field(k.flag, {
      about: 'false: one task at a time.',
      unit: 'true or false',
      default: true,
      example: false,
    }),
    'min-tasks': field(k.whole(1, 10_000), {
      about: 'With fewer tasks that could run side by side the plan runs one task at a time.',
      unit: 'tasks',
      default: 2,
      example: 3,
    }),
    force: field(k.flag, {
      about: 'Run side by side even below "min-tasks".',
      unit: 'true or false',
      default: false,
      example: true,
    }),
  }),
]);

export const batches = z.strictObject(
  {
    strict: field(k.flag, {
      about: 'Start the next batch only when the whole batch before has ended. Costs two to five times the makespan.',
      unit: 'true or false',
      default: false,
      example: true,
    }),
    size: field(k.whole(1, 10_000), {
      about: 'At most so many tasks in a batch.',
      unit: 'tasks',
      default: 'agents.max',
      example: 3,
    }),
    balance: field(k.flag, {
      about: 'Give the batches about the same length.',
      unit: 'true or false',
      default: null,
      example: true,
      later: true,
    }),
  },
  { error: 'a map' },
);

export const cleanup = k.either('true, false or a map', [
  k.flag,
  z.strictObject({
    auto: field(k.flag, {
      about: 'Give back the worktrees that ended tasks still hold when the run ends; false leaves them to gc.',
      unit: 'true or false',
      default: true,
      example: false,
    }),
    failed: field(k.flag, {
      about: 'Do the same with failed tasks.',
      unit: 'true or false',
      default: false,
      example: true,
    }),
  }),
]);

export const LANDINGS_LATER = ['fast-forward', 'rebase', 'pull-request'] as const;
export const land = k.either('a map, or how work lands', [
  k.choice(['merge', 'squash', ...LANDINGS_LATER]),
  z.strictObject({
    as: field(k.choice(['merge', 'squash', ...LANDINGS_LATER]), {
      about: 'One merge commit per task, or one plain commit.',
      unit: 'one word',
      default: 'merge',
      example: 'squash',
      later: LANDINGS_LATER,
    }),
    remote: field(k.label, {
      about: 'Remote that the result is pushed to.',
      unit: 'name',
      default: null,
      example: 'origin',
      later: true,
    }),
    sign: field(k.flag, {
      about: 'Sign the commits that land.',
      unit: 'true or false',
      default: null,
      example: true,
      later: true,
    }),
    message: field(k.template, {
      about: 'Template of the message of a landed commit. {task}, {title} and {plan} stand for those.',
      unit: 'text',
      default: '{title}',
      example: '{task}: {title}',
    }),
  }),
]);

export const notify = z.strictObject(
  {
    command: field(k.command, {
      about: 'Command run when a person is needed or the run ends.',
      unit: 'command',
      default: null,
      example: ['notify-send', 'Branchline'],
    }),
    webhook: field(k.url, {
      about: 'Address that gets the same as JSON.',
      unit: 'web address',
      default: null,
      example: 'https://example.org/hook',
    }),
  },
  { error: 'a map' },
);
