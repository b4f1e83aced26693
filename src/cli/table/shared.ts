import type { ArgRow, OptionRow } from './row.ts';

/** Words and options that several commands share. */
export const PLAN: ArgRow = {
  usage: '[plan]',
  about: 'plan file; else the one that the settings name, else plan.yaml',
};
export const TASK: ArgRow = { usage: '<task>', about: 'id of a task' };
export const RUN_ARG: ArgRow = {
  usage: '[run]',
  about: 'a run, or the beginning of its id; else the newest of this repository',
};
export const RUN: OptionRow = {
  flags: '--run <run>',
  about: 'a run, or the beginning of its id; else the newest of this repository',
};
export const MAX_WAIT: OptionRow = {
  flags: '--max-wait <time>',
  about: "longest wait for an account's limit to end, e.g. 90s, 30m, 2h; as long as it lasts when not given",
  kind: 'duration',
};
export const DETACH: OptionRow = { flags: '--detach', about: 'return at once; the run goes on in the background' };
