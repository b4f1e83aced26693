import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program lies in `dist/` beside the tools that its agents get. */
const here = dirname(fileURLToPath(import.meta.url));

/** What starts Branchline's tools for an agent: an MCP server on standard input and output. */
export const agentToolsCommand = (folder: string = here): readonly string[] => [
  process.execPath,
  join(folder, 'agent-tools.mjs'),
];
