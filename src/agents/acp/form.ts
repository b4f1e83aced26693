import type { Asked } from '../../core/question.ts';
import { visible } from '../../process/visible.ts';
import { APPROVAL_OPTIONS, isApproval } from '../approval.ts';
import { entriesOf, fieldOf, listOf, textOf } from '../json.ts';

/** One field of a form that a person has to fill in. */
export type FormField = {
  readonly name: string;
  readonly asked: Asked;
  readonly type: string;
  readonly choices: readonly Choice[];
  /** The field that takes an answer in the person's own words; null: there is none. */
  readonly note: string | null;
};
type Choice = { readonly value: unknown; readonly label: string };

/** The questions of an `elicitation/create` with a form. A field for remarks on another is no question of its own. */
export const fieldsOf = (params: unknown): readonly FormField[] => {
  const message = visible(textOf(fieldOf(params, 'message')));
  const properties = entriesOf(fieldOf(params, 'requestedSchema', 'properties'));
  const names = properties.map(([name]) => name);
  const noteOf = (name: string): string | null => names.find((other) => isNoteTo(other, name)) ?? null;
  const fields = properties.filter(([name]) => !names.some((other) => isNoteTo(name, other)));
  return fields.map(([name, schema]) => {
    const choices = choicesOf(schema);
    const text = questionIn(message, schema, fields.length);
    const kind = fieldOf(schema, 'type') === 'boolean' ? 'approve' : choices.length > 0 ? 'choice' : 'free';
    const options = kind === 'approve' ? APPROVAL_OPTIONS : choices.map(({ label }) => label);
    return {
      name,
      asked: { kind, text, options },
      type: textOf(fieldOf(schema, 'type')),
      choices,
      note: noteOf(name),
    };
  });
};

const isNoteTo = (name: string, other: string): boolean =>
  name !== other && name.startsWith(`${other}_`) && /_(?:custom|note|notes|other|comment)$/.test(name);

/** Some agents put the question into the message, some into a title: what ends with a question mark is it. */
const questionIn = (message: string, schema: unknown, fieldCount: number): string => {
  const own = [fieldOf(schema, 'title'), fieldOf(schema, 'description')].map((part) => visible(textOf(part)));
  const parts = (fieldCount > 1 ? [...own, message] : [message, ...own]).filter((part) => part !== '');
  const questions = parts.filter((part) => /\?\s*$/.test(part));
  const chosen = questions.length > 0 ? questions.slice(0, 1) : [...new Set(parts)];
  return chosen.join('\n') || 'The agent asks for something and does not say what.';
};

const choicesOf = (schema: unknown): readonly Choice[] => {
  const titled = [
    ...listOf(schema, 'oneOf'),
    ...listOf(schema, 'anyOf'),
    ...listOf(schema, 'items', 'anyOf'),
    ...listOf(schema, 'items', 'oneOf'),
  ];
  if (titled.length > 0)
    return titled.map((option) => {
      const value = fieldOf(option, 'const');
      return { value, label: visible(textOf(fieldOf(option, 'title')) || String(value)) };
    });
  return [...listOf(schema, 'enum'), ...listOf(schema, 'items', 'enum')].map((value) => ({
    value,
    label: visible(String(value)),
  }));
};

/** What an answer in words fills in: the field's own value, and the words themselves where there is a place for them. */
export const filledIn = (field: FormField, answer: string): Readonly<Record<string, unknown>> => {
  const words = answer.trim();
  if (field.type === 'boolean') return { [field.name]: isApproval(words) };
  if (field.type === 'number' || field.type === 'integer') return { [field.name]: Number(words) || 0 };
  const isList = field.type === 'array';
  const named = (isList ? words.split(/\s*[,;]\s*/) : [words]).flatMap((word) => choiceNamed(field.choices, word));
  if (named.length > 0) return { [field.name]: isList ? named.map(({ value }) => value) : named[0]?.value };
  if (field.choices.length === 0) return { [field.name]: isList ? [words] : words };
  const other = field.choices.find(({ label }) => /^(?:none|other|something else)\b/i.test(label));
  const note = field.note === null ? {} : { [field.note]: words };
  if (other !== undefined) return { [field.name]: isList ? [other.value] : other.value, ...note };
  // Nothing that is offered fits: where there is no place for other words, they stand in the place of the choice.
  return field.note === null ? { [field.name]: isList ? [words] : words } : note;
};

const choiceNamed = (choices: readonly Choice[], word: string): readonly Choice[] => {
  const found = choices.find(({ label, value }) => [label, String(value)].some((one) => isSame(one, word)));
  return found === undefined ? [] : [found];
};

const isSame = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
