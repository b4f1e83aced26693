import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Draft, type DraftTask, NOTHING, type TaskValues } from '../draft.ts';
import { ccc } from './read.ts';
import { writeMasterPlan } from './write.ts';

const at = { file: 'plan.md', line: 1 };
const sourced = <T>(value: T) => ({ value, from: at });
const url = (key: string): string => `https://linear.app/acme/issue/${key}`;
const read = (text: string): Draft => {
  const { draft, diagnostics } = ccc.read({ path: 'plan.md', isFolder: false, files: [{ path: 'plan.md', text }] });
  if (draft === null) throw new Error(diagnostics.map(({ what }) => what).join('; '));
  expect(diagnostics).toEqual([]);
  return draft;
};
/** A brief is made from the other fields, and so says nothing of its own. */
const plain = ({ name, values: { brief: _, ...values } }: DraftTask) => ({
  name,
  ...Object.fromEntries(Object.entries(values).map(([field, each]) => [field, each?.value])),
});
const draft = (...tasks: readonly DraftTask[]): Draft => ({ ...NOTHING, name: null, tasks });
const task = (name: string, values: TaskValues = {}): DraftTask => ({ name, at, state: 'open', values });

test('tasks become an issue registry and a phase map, with links', () => {
  const ledger = task('1A', {
    ...{
      title: sourced('Ledger'),
      issues: sourced(['linear:PAY-10']),
      mode: sourced('tdd'),
      group: sourced('Batch 1'),
    },
  });
  const refunds = task('2A', {
    title: sourced('Refunds | fees'),
    issues: sourced(['linear:PAY-11']),
    needs: sourced(['1A']),
  });
  expect(writeMasterPlan({ ...draft(ledger, refunds), name: sourced('Payments') }, url)).toBe(`# Payments

## Issue Registry

| ID | Title | Status | Exec | Est | Depends On |
| --- | --- | --- | --- | --- | --- |
| [PAY-10](https://linear.app/acme/issue/PAY-10) | Ledger | Todo | tdd | -- | -- |
| [PAY-11](https://linear.app/acme/issue/PAY-11) | Refunds \\| fees | Todo | -- | -- | -- |

## Phase Map

| Phase | Issues | Focus | Batch | Dependencies |
| --- | --- | --- | --- | --- |
| 1A | [PAY-10](https://linear.app/acme/issue/PAY-10) | Ledger | 1 | None |
| 2A | [PAY-11](https://linear.app/acme/issue/PAY-11) | Refunds \\| fees | 2 | 1A |
`);
});

test('tasks of other names get phases, each in a batch after those of what it waits for', () => {
  const many = Array.from({ length: 27 }, (_, index) => task(`part-${index}`));
  const last = task('last', { needs: sourced(['part-26', 'part-0']) });
  const { tasks } = read(writeMasterPlan(draft(last, ...many), url));
  expect(tasks.map(({ name }) => name).slice(0, 2)).toEqual(['3A', '1A']);
  expect(tasks.at(-1)?.name).toBe('2A');
  expect(tasks[0]?.values.needs?.value).toEqual(['2A', '1A']);
});

test('tasks that wait for each other are written as they are', () => {
  const [one, two] = [task('a', { needs: sourced(['b']) }), task('b', { needs: sourced(['a']) })];
  expect(read(writeMasterPlan(draft(one, two), url)).tasks.map(({ values }) => values.needs?.value)).toEqual([
    ['1B'],
    ['1A'],
  ]);
});

const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019_*[]<>|`~&#!éß—()'), minLength: 1, maxLength: 8 });
const title = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `t${words.join(' ')}`);
const MODES = ['quick', 'tdd', 'swarm', 'spike', 'pair', 'checkpoint'] as const;

const tasks: fc.Arbitrary<readonly DraftTask[]> = fc
  .array(
    fc.record({ title, mode: fc.constantFrom(...MODES), issues: fc.integer({ min: 1, max: 3 }), seed: fc.nat() }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((all) => {
    const name = (index: number): string => `${1 + Math.floor(index / 4)}${'ABCD'[index % 4]}`;
    return all.map(({ title: text, mode, issues, seed }, index) => {
      const needs = all.slice(0, index).flatMap((_, bit) => ((seed >> bit) & 1 ? [name(bit)] : []));
      const keys = Array.from({ length: issues }, (_, each) => `linear:PAY-${index * 10 + each + 1}`);
      return task(name(index), {
        ...{ title: sourced(text), mode: sourced<string>(mode), issues: sourced(keys) },
        ...{
          group: sourced(`Batch ${1 + Math.floor(index / 4)}`),
          ...(needs.length === 0 ? {} : { needs: sourced(needs) }),
        },
      });
    });
  });

test('tasks that are written as a master plan are the same tasks when they are read', () => {
  fc.assert(
    fc.property(tasks, (given) => {
      expect(read(writeMasterPlan(draft(...given), url)).tasks.map(plain)).toEqual(given.map(plain));
    }),
    { numRuns: 100 },
  );
});
