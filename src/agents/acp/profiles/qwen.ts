import { ANY_AGENT, NETWORK, type Profile } from '../profile.ts';

/** Qwen Code. */
export const QWEN: Profile = {
  ...ANY_AGENT,
  name: 'qwen',
  calledIn: ['qwen-code'],
  command: ['qwen'],
  protocol: '--acp',
  surroundings: { home: 'person', passed: ['QWEN_*', 'OPENAI_*', 'DASHSCOPE_*', ...NETWORK], set: {} },
  capabilities: { ...ANY_AGENT.capabilities, ask: 'tools', deny: 'goes-on', resume: 'turn' },
  tested: { from: '0.15.10', to: '0.15.10' },
  start: ({ model }) => ({
    args: model === null ? [] : [`--model=${model}`],
    env: {},
    must: {},
    files: {},
  }),
  modelAtStart: true,
  modes: { work: 'default', plan: 'plan', bypass: 'yolo' },
};
