import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cw } from './read.ts';
import { type BoardEntry, boardFiles } from './write.ts';

const read = (entries: readonly BoardEntry[]) =>
  cw.read({
    ...{ path: 'board', isFolder: true },
    files: boardFiles(entries).map(({ name, text }) => ({ path: name, text })),
  });

const entry: fc.Arbitrary<Omit<BoardEntry, 'name' | 'needs' | 'parent'>> = fc.record({
  subject: fc.stringMatching(/^[A-Za-z"\\{}<>][ -~]{0,30}$/),
  description: fc.stringMatching(/^[A-Za-z][ -~]{0,60}$/),
  status: fc.constantFrom('pending', 'in_progress', 'completed'),
  owner: fc.constantFrom(null, 'dana', 'worker-1'),
  metadata: fc.constantFrom(
    {},
    { complexity: 'trivial' },
    { scope: { files_to_create: ['a.ts'], files_to_modify: [] } },
  ),
});

/** Boards without circles: a task needs and belongs to earlier ones only, and a whole does not need what follows it. */
const board = fc.array(fc.tuple(entry, fc.array(fc.nat(20), { maxLength: 3 })), { maxLength: 12 }).map((drawn) =>
  drawn.map(([values, before], index): BoardEntry => {
    const needs = [...new Set(before.map((each) => each % Math.max(1, index)))].filter((each) => each < index);
    return { ...values, name: `T${index + 1}`, needs: needs.map((each) => `T${each + 1}`), parent: null };
  }),
);

test('a board that was written reads as the same tasks, states and needs, with no side of an edge missing', () => {
  fc.assert(
    fc.property(board, (entries) => {
      const { draft, diagnostics } = read(entries);
      expect(diagnostics.filter(({ code }) => code !== 'in-progress' && code !== 'no-tasks')).toEqual([]);
      const tasks = (draft?.tasks ?? []).map(({ name, state, values }) => ({
        name,
        isDone: state === 'done',
        title: values.title?.value,
        needs: [values.needs?.value ?? []].flat().sort(),
      }));
      expect(tasks).toEqual(
        entries.map(({ name, status, subject, needs }) => ({
          ...{ name, isDone: status === 'completed', title: subject.trim() },
          needs: [...needs].sort(),
        })),
      );
    }),
  );
});

const plain = { description: 'x', status: 'pending', owner: null, metadata: {} } as const;

test('a whole is written as blocked by its parts, on both sides, and never the other way round', () => {
  const files = boardFiles([
    { ...plain, name: 'T01', subject: 'All', needs: [], parent: null },
    { ...plain, name: 'T01.1', subject: 'First', needs: ['T01'], parent: 'T01' },
  ]);
  expect(files.map(({ name }) => name)).toEqual(['1.json', '2.json']);
  const [whole, part] = files.map(({ text }) => JSON.parse(text) as { blocks: unknown; blockedBy: unknown });
  expect([whole?.blocks, whole?.blockedBy, part?.blocks, part?.blockedBy]).toEqual([[], ['2'], ['1'], []]);
});

test('a need that is no task of the board is left out', () => {
  const [file] = boardFiles([{ ...plain, name: 'T01', subject: 'All', needs: ['T09'], parent: null }]);
  expect(JSON.parse(file?.text ?? '')).toEqual({
    ...{ id: '1', subject: 'All', description: 'x', activeForm: 'All', status: 'pending', owner: '' },
    ...{ blocks: [], blockedBy: [], metadata: { task_id: 'T01', parent_task: null } },
  });
});
