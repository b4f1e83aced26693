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
    question: async (text, options) => {
      await line(`? ${[text, ...options].join('\n- ')}`);
      return new Promise(() => setInterval(() => undefined, 2 ** 30));
    },
    call: (name) => Promise.reject(new Error(`There is nobody to call "${name}" of.`)),
    spend: ({ fresh, output }) => line(`(${fresh} tokens read, ${output} written)`),
    heartbeat: (kind) => line(kind === 'compact' ? 'Compacting the conversation…' : '.'),
    result: async () => undefined,
    nextTurn: async () => undefined,
    ignoreSignals: () => undefined,
    recalled: () => '',
    isResumed: false,
    isStopped: false,
    values: {},
  };
};
