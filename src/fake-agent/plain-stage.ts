import { writeSync } from 'node:fs';
import type { Stage } from './stage.ts';

/** Standard output for a person or a log; one line for each thing that happens. */
export const plainStage = (): Stage => {
  const line = async (text: string): Promise<void> => {
    writeSync(1, `${text}\n`);
  };
  return {
    say: line,
    plan: (items) => line(items.map(({ text, done }) => `[${done ? 'x' : ' '}] ${text}`).join('\n')),
    tool: async () => undefined,
    permission: async () => true,
    ask: (text) => line(`? ${text}`),
    heartbeat: (kind) => line(kind === 'compact' ? 'Compacting the conversation…' : '.'),
    result: async () => undefined,
  };
};
