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
    resume: 'turn',
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
    files: {},
  }),
  modelAtStart: true,
  modes: { work: 'default', plan: 'plan', bypass: 'yolo' },
  // It sends the history after it has said that the session is loaded.
  historyEnd: 'available_commands_update',
};
