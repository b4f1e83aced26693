import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { printStall } from './stall.ts';

/** The same start from a Node that has loaded nothing else. */
await printStall(async () => {
  const child = spawn('sh', ['-c', 'exit 0'], { stdio: 'ignore', detached: true });
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  return () => ended;
});
