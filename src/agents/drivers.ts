import type { DriverName } from '../core/plan.ts';
import type { AgentDriver } from '../core/ports/agent.ts';
import { acpDriver } from './acp.ts';
import { claudeDriver } from './claude.ts';
import { codexDriver } from './codex.ts';
import { commandDriver, type DriverOptions } from './command.ts';

/** Every kind of agent there is, by the name that a plan gives it under `agents.use.<name>.driver`. */
export const createDrivers = (options: DriverOptions): Readonly<Record<DriverName, AgentDriver>> => ({
  command: commandDriver(options),
  acp: acpDriver(options),
  claude: claudeDriver(options),
  codex: codexDriver(options),
});
