import { MACHINE_COMMANDS } from './table/machine.ts';
import { PLAN_COMMANDS } from './table/plans.ts';
import { POOL_COMMANDS } from './table/pool.ts';
import type { CommandRow, OptionRow } from './table/row.ts';
import { RUN_COMMANDS } from './table/runs.ts';
import { TASK_COMMANDS } from './table/tasks.ts';

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

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandRow[] = [
  ...PLAN_COMMANDS,
  ...RUN_COMMANDS,
  ...TASK_COMMANDS,
  ...POOL_COMMANDS,
  ...MACHINE_COMMANDS,
];
