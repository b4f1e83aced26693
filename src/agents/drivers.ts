import type { AgentDriver } from '../core/ports/process.ts';
import { acpDriver } from './acp.ts';
import { commandDriver, type DriverOptions } from './command.ts';

/** Every kind of agent there is, by the name that a plan gives it under `agents.use.<name>.driver`. */
export const createDrivers = (options: DriverOptions): Readonly<Record<'command' | 'acp', AgentDriver>> => ({
  command: commandDriver(options),
  acp: acpDriver(options),
});
