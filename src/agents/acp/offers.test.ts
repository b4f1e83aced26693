import { describe, expect, test } from 'vitest';
import { meant, modelsOffered, modesOffered } from './offers.ts';

const ids = (...list: readonly string[]) => ({ ids: list, names: {}, current: null });

describe('the model that a person means', () => {
  test.each([
    ['gpt-5.5', ids('gpt-5.5', 'gpt-6'), 'gpt-5.5'],
    ['GPT-6', ids('gpt-5.5', 'gpt-6'), 'gpt-6'],
    ['gpt-6', ids('gpt-6[low]', 'gpt-6[medium]', 'gpt-6[high]'), 'gpt-6[medium]'],
    ['gpt-6', { ...ids('gpt-6[low]', 'gpt-6[high]'), current: 'gpt-5[high]' }, 'gpt-6[high]'],
    ['sonnet', ids('anthropic/sonnet', 'openai/gpt'), 'anthropic/sonnet'],
    ['sonnet', ids('anthropic/sonnet', 'proxy/sonnet'), null],
    [
      'fake-model',
      ids('coder-model(qwen-oauth)', '$runtime|openai|fake-model(openai)'),
      '$runtime|openai|fake-model(openai)',
    ],
    ['Opus 5.5', { ids: ['opus'], names: { opus: 'Opus 5.5' }, current: null }, 'opus'],
    ['gpt', ids('gpt-5.5', 'gpt-6'), null],
    ['nothing', ids(), null],
  ])('by %j of %j is %j', (wanted, offered, id) => {
    expect(meant(offered, wanted)).toBe(id);
  });
});

test('models and modes are read from both places where agents offer them', () => {
  const option = (category: string, options: readonly unknown[]) => ({
    id: `the-${category}`,
    category,
    type: 'select',
    options,
  });
  const opened = {
    modes: { currentModeId: 'default', availableModes: [{ id: 'default' }, { id: 'plan' }] },
    models: { currentModelId: 'a', availableModels: [{ modelId: 'a' }, { modelId: 'b' }] },
    configOptions: [
      option('mode', [{ value: 'build' }]),
      option('model', [{ name: 'group', options: [{ value: 'x/y', name: 'Y' }] }, { value: 'z' }]),
      option('thought_level', [{ value: 'high' }]),
    ],
  };
  expect(modesOffered(opened).map((offer) => offer.ids)).toEqual([['default', 'plan'], ['build']]);
  expect(modelsOffered(opened).map((offer) => offer.ids)).toEqual([
    ['x/y', 'z'],
    ['a', 'b'],
  ]);
  const [first, second] = modelsOffered(opened);
  expect(first?.choose('s', 'z')).toEqual({
    method: 'session/set_config_option',
    params: { sessionId: 's', configId: 'the-model', value: 'z' },
  });
  expect(second?.choose('s', 'b')).toEqual({ method: 'session/set_model', params: { sessionId: 's', modelId: 'b' } });
  expect([modesOffered(null), modelsOffered({ models: [] })]).toEqual([[], []]);
});
