import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentSpec } from '../../../core/ports/agent.ts';
import type { Instant } from '../../../core/time.ts';
import { ANY_AGENT, NETWORK, type Profile } from '../profile.ts';

/** Gemini CLI. */
export const GEMINI: Profile = {
  ...ANY_AGENT,
  name: 'gemini',
  calledIn: ['gemini-cli'],
  command: ['gemini'],
  protocol: '--acp',
  surroundings: {
    home: 'slot',
    passed: ['GEMINI_*', 'GOOGLE_*', 'CODE_ASSIST_*', ...NETWORK],
    // Its login, its settings and its sessions are in `.gemini` below this folder.
    set: { GEMINI_CLI_HOME: '.' },
  },
  capabilities: {
    ...ANY_AGENT.capabilities,
    ask: 'tools',
    deny: 'goes-on',
    plan: false,
  },
  tested: { from: '0.61.0', to: '0.61.0' },
  start: ({ model }) => ({
    // A name that it does not list is only taken here.
    args: model === null ? [] : [`--model=${model}`],
    env: {
      // Without it a parent process starts a second one, and neither heeds a signal.
      GEMINI_CLI_NO_RELAUNCH: 'true',
      // In a folder without trust it starts no tools, and a slot is a folder that it has never seen.
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
    },
    must: {},
    files: {},
  }),
  modelAtStart: true,
  modes: { work: 'default', plan: 'plan', bypass: 'yolo' },
  // It sends the history after it has said that the session is loaded.
  historyEnd: 'available_commands_update',
  beforeLoading: keepFromOverwriting,
};

const MINUTE_MS = 60_000;

/**
 * The file of a session is named by the minute in which it began. Loading first begins a file for the same session, so that
 * within that very minute it would write over what it is about to read: the file gets an earlier name, which says nothing
 * to anybody.
 */
async function keepFromOverwriting({ env, resume }: AgentSpec, now: Instant): Promise<void> {
  const root = join(env['GEMINI_CLI_HOME'] ?? env['HOME'] ?? '', '.gemini', 'tmp');
  const nameAt = (instant: Instant): string => {
    const minute = new Date(instant).toISOString().slice(0, 16).replace(':', '-');
    return `session-${minute}-${resume?.session.slice(0, 8)}.jsonl`;
  };
  // Without such a folder there is no session that could be written over.
  const projects = await readdir(root).catch((): string[] => []);
  for (const project of projects) {
    const folder = join(root, project, 'chats');
    const chats = await readdir(folder).catch((): string[] => []);
    let earlier = now - MINUTE_MS;
    while (chats.includes(nameAt(earlier))) earlier -= MINUTE_MS;
    if (chats.includes(nameAt(now))) await rename(join(folder, nameAt(now)), join(folder, nameAt(earlier)));
  }
}
