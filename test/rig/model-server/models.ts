import type { ProtocolName } from './protocol.ts';

const names = ['scripted', 'claude-sonnet-4-5', 'gpt-5.5', 'gemini-2.5-pro'];

/** The list of models, in the shape of whoever asks; only Gemini's is unlike the others. */
export function modelList(protocol: ProtocolName): object {
  if (protocol === 'gemini') return { models: names.map(geminiModel) };
  // One client reads `models`, and goes by what it knows itself when that is empty.
  return { object: 'list', data: names.map(model), has_more: false, models: [] };
}

const model = (id: string): object => ({
  id,
  object: 'model',
  type: 'model',
  display_name: id,
  created: 1_700_000_000,
  created_at: '2024-01-01T00:00:00Z',
  owned_by: 'script',
});

const geminiModel = (id: string): object => ({
  name: `models/${id}`,
  displayName: id,
  inputTokenLimit: 1_000_000,
  outputTokenLimit: 64_000,
  supportedGenerationMethods: ['generateContent'],
});
