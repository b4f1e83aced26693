import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Findings } from '../findings.ts';
import { readJsonFile, readYamlFile } from '../node.ts';
import { progressRecords } from './progress.ts';
import { type Slot, slotsIn } from './slots.ts';
import { STATUSES } from './statuses.ts';
import { poolState, progressFile } from './write.ts';

/** Names that YAML could take for something else, and names of any kind. */
const name = fc.oneof(
  fc.constantFrom('1', '1e3', 'null', 'true', 'on', '0x1F', '~', 'constructor', '2026-01-01', '1:30', 'task-1.2'),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
);
const said = fc.option(
  fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== ''),
  { nil: null },
);

test('a progress file that was written reads as the same tasks and states', () => {
  const entry = fc.record({
    ...{ task: name, status: fc.constantFrom(...STATUSES), branch: said, lastError: said },
    iterations: fc.option(fc.nat(99), { nil: null }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ task }) => task, maxLength: 8 }), (entries) => {
      const { root, faults } = readYamlFile({ path: 'auto-progress.yaml', text: progressFile(entries) });
      expect(faults).toEqual([]);
      const found = new Findings();
      const records = root === null ? [] : progressRecords(root, found);
      const sorted = (pairs: readonly (readonly [string, string])[]) => pairs.map((pair) => pair.join(' ')).sort();
      expect(sorted(records.map(({ task, status }) => [task, status] as const))).toEqual(
        sorted(entries.map(({ task, status }) => [task, status] as const)),
      );
      expect(found.diagnostics).toEqual([]);
    }),
  );
});

test('a pool state that was written reads as the same worktrees', () => {
  const slot: fc.Arbitrary<Slot> = fc.record({
    ...{ id: name, status: fc.constantFrom('idle', 'busy', 'error'), task: said, path: said, branch: said },
    acquiredAt: said,
  });
  fc.assert(
    fc.property(fc.array(slot, { maxLength: 8 }), (slots) => {
      const text = poolState(slots, { createdAt: '2026-03-02T09:00:00Z' });
      const { root, faults } = readJsonFile({ path: 'pool-state.json', text });
      expect(faults).toEqual([]);
      const read = root === null ? [] : slotsIn(root, new Findings());
      expect(read.map(({ at: _, ...rest }) => rest)).toEqual(slots);
    }),
  );
});

test('a pool state has the fields and the order that its own scripts read', () => {
  const slot: Slot = { id: 'wt-1', status: 'idle', task: null, path: 'pool/wt-1', branch: null, acquiredAt: null };
  expect(JSON.parse(poolState([slot], { createdAt: '2026-03-02T09:00:00Z' }))).toEqual({
    version: '1.0',
    pool_size: 1,
    created_at: '2026-03-02T09:00:00Z',
    worktrees: [{ id: 'wt-1', status: 'idle', task_id: null, path: 'pool/wt-1', branch: null, acquired_at: null }],
  });
});
