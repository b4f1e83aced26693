import { writeSync } from 'node:fs';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { toolServer } from './server.ts';
import { settingsIn } from './settings.ts';

/** EX_CONFIG of sysexits. */
const NO_DESK_CODE = 78;

const settings = settingsIn(process.env);
if (settings === null) {
  writeSync(2, 'BRANCHLINE_DESK is not set. These tools are started by a coding agent that Branchline runs.\n');
  process.exitCode = NO_DESK_CODE;
} else {
  serveStdio(() => toolServer(settings));
}
