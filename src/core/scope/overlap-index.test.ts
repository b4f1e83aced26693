import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OverlapIndex } from './overlap-index.ts';
import { compileScope, intersect, type ScopePatterns, type ScopeSet } from './scope.ts';

function scope(patterns: ScopePatterns, ignoreCase = false): ScopeSet {
  const compiled = compileScope(patterns, { ignoreCase, nfc: false });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

const folder = fc.constantFrom('', 'a/', 'a/b/', 'a/b/c/', 'd/');
const end = fc.constantFrom(
  'x',
  'y.ts',
  '**',
  '*',
  '*.ts',
  '**/*.ts',
  'b/*',
  'b*',
  '**/x',
  '*/y.ts',
  '{x,b/x}',
  '[xyz]',
);
const pattern = fc.tuple(folder, end).map(([path, name]) => path + name);
const patterns = fc.record({
  may: fc.array(pattern, { minLength: 1, maxLength: 3 }),
  mayNot: fc.oneof(fc.constant([]), fc.array(pattern, { maxLength: 2 })),
});

test('the index finds exactly the pairs that comparing all of them finds', () => {
  fc.assert(
    fc.property(fc.array(patterns, { minLength: 2, maxLength: 12 }), patterns, (given, stranger) => {
      const sets = given.map((each, i) => [i, scope(each)] as const);
      const index = new OverlapIndex(sets);
      const expected = sets.flatMap(([a, one]) =>
        sets.flatMap(([b, other]) => {
          const witness = intersect(one, other);
          return a < b && witness.ok && witness.value !== null ? [{ a, b, witness: witness.value }] : [];
        }),
      );
      expect(index.pairs({ limit: 3 })).toEqual({
        ok: true,
        value: { count: expected.length, first: expected.slice(0, 3) },
      });
      for (const [id] of sets) {
        const partners = expected.flatMap(({ a, b }) => (a === id ? [b] : b === id ? [a] : []));
        const found = index.partners(id);
        expect(found.ok && found.value.sort((a, b) => a - b)).toEqual(partners.sort((a, b) => a - b));
      }
      const met = sets.filter(([, set]) => {
        const witness = intersect(scope(stranger), set);
        return witness.ok && witness.value !== null;
      });
      expect(index.meeting(scope(stranger))).toEqual({ ok: true, value: met.map(([id]) => id) });
    }),
    { numRuns: 1000 },
  );
});

const excluding = fc.record({
  may: fc.array(pattern, { minLength: 1, maxLength: 2 }),
  mayNot: fc.array(fc.oneof(pattern, fc.constantFrom('**/b/**', '*/**', 'a/[!x]*', '**/*[X-Z]*', 'A/**', 'a/?/*')), {
    minLength: 1,
    maxLength: 4,
  }),
});

test('where every scope excludes something, too, with and without case', () => {
  fc.assert(
    fc.property(fc.array(excluding, { minLength: 2, maxLength: 8 }), fc.boolean(), (given, ignoreCase) => {
      const sets = given.map((each, i) => [i, scope(each, ignoreCase)] as const);
      const pairs = sets.flatMap(([a, one]) =>
        sets.slice(a + 1).flatMap(([b, other]) => {
          const witness = intersect(one, other);
          return witness.ok && witness.value !== null ? [[a, b]] : [];
        }),
      );
      const found = new OverlapIndex(sets).pairs({ limit: 1000 });
      expect(found.ok && found.value.first.map(({ a, b }) => [a, b])).toEqual(pairs);
      expect(found.ok && found.value.count).toBe(pairs.length);
    }),
    { numRuns: 600 },
  );
});

test('an entry that it does not know has no partners', () => {
  expect(new OverlapIndex<string>([]).partners(7)).toEqual({ ok: true, value: [] });
});
