import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Draft, type DraftTask, NOTHING, type TaskValues } from '../draft.ts';
import { tracks } from './read.ts';
import { writeTracks } from './write.ts';

const at = { file: 'tracks.md', line: 1 };
const read = (text: string): Draft => {
  const { draft, diagnostics } = tracks.read({
    path: 'tracks.md',
    isFolder: false,
    files: [{ path: 'tracks.md', text }],
  });
  if (draft === null) throw new Error(diagnostics.map(({ what }) => what).join('; '));
  return draft;
};
const plain = ({ name, values }: DraftTask) => ({
  name,
  ...Object.fromEntries(Object.entries(values).map(([field, sourced]) => [field, sourced?.value])),
});

test('a table of tracks that is read and written again says the same', () => {
  const draft = read(readFileSync(join(import.meta.dirname, 'fixtures/table.md'), 'utf8'));
  expect(writeTracks(draft)).toBe(`# Audit log

| Track | Handover | Soldiers | CAN touch | CANNOT touch | Issues | Deps | Type |
| --- | --- | --- | --- | --- | --- | --- | --- |
| A — API | \`docs/h/api.md\` | A1, A2, A3 | \`api/routes/**\`, \`api/mw/audit.ts\` | \`db/**\`, \`ui/**\` | \\#11, \\#12 | — | code |
| B — Study | \`docs/h/study.md\` | B1 | (read-only) | everything | \\#14 | A | analysis |
| C — Admin UI | \`docs/h/ui.md\` | C1, C2 | \`ui/admin/audit/**\` | \`api/**\`, \`db/**\` | \\#20, \\#21, \\#22 | A | code |
`);
});

test('what is over is not written, and nobody waits for it', () => {
  const one: DraftTask = { name: 'Track A', at, state: 'done', values: {} };
  const two: DraftTask = { name: 'Track B', at, state: 'open', values: { needs: { value: ['Track A'], from: at } } };
  expect(writeTracks({ ...NOTHING, name: null, tasks: [one, two] }).split('\n')[2]).toBe(
    '| Track B |  |  |  |  |  | — | code |',
  );
});

const LETTERS = [...'ABCDEFGHIJ'];
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019_*[]<>|`~&#!éß—'), minLength: 1, maxLength: 8 });
const label = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `t${words.join(' ')}`);
const name = fc.stringMatching(/^[a-z_]{1,6}(?:\/[a-z_*]{1,4}){0,2}\.[a-z]{1,3}$/);
const some = <T>(of: fc.Arbitrary<T>) => fc.uniqueArray(of, { minLength: 1, maxLength: 4 });
const soldier = fc
  .tuple(fc.constantFrom(...LETTERS), fc.integer({ min: 1, max: 99 }))
  .map(([letter, number]) => `${letter}${number}`);
const issue = fc.oneof(
  fc.integer({ min: 1, max: 9999 }).map((number) => `#${number}`),
  fc.integer({ min: 1, max: 9999 }).map((number) => `github:acme/shop_1#${number}`),
);

const sourced = <T>(value: T) => ({ value, from: at });

const codeValues = fc.record({
  title: label.map(sourced),
  brief: name.map((file) => sourced({ file })),
  steps: some(soldier).map(sourced),
  scope: fc.record({ may: some(name), 'may-not': some(name) }).map(sourced),
  issues: some(issue).map(sourced),
});
const analysisValues = fc.record({
  title: label.map(sourced),
  brief: name.map((file) => sourced({ file })),
  steps: some(soldier).map(sourced),
  artifacts: some(name).map(sourced),
  issues: some(issue).map(sourced),
  kind: fc.constant(sourced('research' as const)),
});

const tasks: fc.Arbitrary<readonly DraftTask[]> = fc
  .array(fc.tuple(fc.oneof(codeValues, analysisValues), fc.nat()), { minLength: 1, maxLength: LETTERS.length })
  .map((all) =>
    all.map(([values, seed], index): DraftTask => {
      const needs = LETTERS.slice(0, index).flatMap((letter, bit) => ((seed >> bit) & 1 ? [`Track ${letter}`] : []));
      const given: TaskValues = needs.length === 0 ? values : { ...values, needs: sourced(needs) };
      return { name: `Track ${LETTERS[index]}`, at, state: 'open', values: given };
    }),
  );

test('tasks that are written as tracks are the same tasks when they are read', () => {
  fc.assert(
    fc.property(tasks, (given) => {
      const { tasks: again, missing, left } = read(writeTracks({ ...NOTHING, name: null, tasks: given }));
      expect(again.map(plain)).toEqual(given.map(plain));
      expect([missing, left]).toEqual([[], []]);
    }),
    { numRuns: 100 },
  );
});
