// `npm run demo`: installs, builds, and runs a real plan on a real repository with agents that are real processes.
import { join } from 'node:path';
import { build, install, root, step } from './install.mjs';

install();
build();
step(process.execPath, [join(root, 'dist', 'cli.mjs'), 'demo', ...process.argv.slice(2)]);
process.stderr.write(`
The program is ${join(root, 'dist', 'cli.mjs')}. To type \`branchline\` anywhere, once, here: npm link
Then in a repository of your own: branchline init
`);
