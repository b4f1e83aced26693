import { describe, expect, test } from 'vitest';
import { type FormField, fieldsOf, filledIn } from './form.ts';

const form = (properties: Readonly<Record<string, unknown>>, message = '') => ({
  mode: 'form',
  message,
  requestedSchema: { type: 'object', properties },
});
const oneOf = (...values: readonly string[]) => ({
  type: 'string',
  oneOf: values.map((value) => ({ const: value, title: value.toUpperCase() })),
});
const only = (properties: Readonly<Record<string, unknown>>, message?: string): FormField => {
  const [field] = fieldsOf(form(properties, message));
  if (field === undefined) throw new Error('no field');
  return field;
};

describe('the question of a form', () => {
  test('is what ends with a question mark, wherever it stands', () => {
    expect(only({ q: { title: 'Question' } }, 'Which colour?').asked.text).toBe('Which colour?');
    expect(only({ q: { title: 'Which colour?' } }, 'I need something.').asked.text).toBe('Which colour?');
    expect(only({ q: { title: 'Colour', description: 'As a name' } }, 'Say it.').asked.text).toBe(
      'Say it.\nColour\nAs a name',
    );
    expect(only({ q: {} }).asked.text).toBe('The agent asks for something and does not say what.');
  });

  test('is a choice, an approval or free', () => {
    expect(only({ q: oneOf('a', 'b') }).asked).toMatchObject({ kind: 'choice', options: ['A', 'B'] });
    expect(only({ q: { type: 'string', enum: ['a', 2] } }).asked).toMatchObject({
      kind: 'choice',
      options: ['a', '2'],
    });
    expect(only({ q: { type: 'boolean' } }).asked).toMatchObject({ kind: 'approve', options: ['yes', 'no'] });
    expect(only({ q: { type: 'string' } }).asked).toMatchObject({ kind: 'free', options: [] });
  });

  test('is one of several where a form has several, and a remark is none', () => {
    const fields = fieldsOf(
      form({ a: { title: 'First?' }, a_custom: {}, b: { title: 'Second?' }, b_note: {}, c_note: {} }, 'Two things?'),
    );
    expect(fields.map(({ name, note, asked }) => [name, note, asked.text])).toEqual([
      ['a', 'a_custom', 'First?'],
      ['b', 'b_note', 'Second?'],
      ['c_note', null, 'Two things?'],
    ]);
    expect(fieldsOf({ mode: 'url', url: 'https://x.invalid' })).toEqual([]);
    expect(fieldsOf(null)).toEqual([]);
  });
});

describe('an answer', () => {
  test('is the value that belongs to what was chosen', () => {
    expect(filledIn(only({ q: oneOf('a', 'b') }), ' B ')).toEqual({ q: 'b' });
    expect(filledIn(only({ q: { type: 'string', enum: ['a', 2] } }), '2')).toEqual({ q: 2 });
    const many = { type: 'array', items: { anyOf: [{ const: 'x' }, { const: 'y' }, { const: 'z' }] } };
    expect(filledIn(only({ q: many }), 'z, x')).toEqual({ q: ['z', 'x'] });
    expect(filledIn(only({ q: { type: 'boolean' } }), 'Yes, do')).toEqual({ q: true });
    expect(filledIn(only({ q: { type: 'integer' } }), '12')).toEqual({ q: 12 });
    expect(filledIn(only({ q: { type: 'string' } }), ' as I said ')).toEqual({ q: 'as I said' });
  });

  test('in other words goes where there is a place for them', () => {
    expect(filledIn(only({ q: oneOf('a', 'b'), q_custom: {} }), 'green')).toEqual({ q_custom: 'green' });
    const none = { oneOf: [{ const: 'a' }, { const: 'None of the above' }] };
    expect(filledIn(only({ q: none, q_note: {} }), 'green')).toEqual({ q: 'None of the above', q_note: 'green' });
    expect(filledIn(only({ q: oneOf('a', 'b') }), 'green')).toEqual({ q: 'green' });
  });
});
