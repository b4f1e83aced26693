import type { AgentDriver } from '../core/ports/agent.ts';
import { acpDriver } from './acp.ts';
import type { DriverOptions } from './command.ts';

/** Claude Code, for now through the protocol that every agent may speak. */
export const claudeDriver = (options: DriverOptions): AgentDriver => ({ ...acpDriver(options), name: 'claude' });
