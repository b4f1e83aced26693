import type { z } from 'zod';
import type { Path } from './document.ts';
import { aboutOf } from './kinds.ts';
import { type Problem, placeName } from './problems.ts';
import { below } from './walk.ts';

/** Fields and values of the plan that this version knows but cannot act on. None of them is ever ignored. */
export function laterIn(root: z.ZodType, value: unknown): readonly Problem[] {
  return fieldsBelow([root], value, []);
}

function fieldsBelow(schemas: readonly z.ZodType[], value: unknown, path: Path): readonly Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const inside = below(schemas, key);
    if (inside.length === 0) return [];
    const later = inside.map(aboutOf).find((about) => about !== undefined)?.later;
    const here = [...path, key];
    if (later === true) return [laterField(here)];
    if (typeof inner === 'string' && later?.includes(inner)) return [laterValue(here, inner)];
    return fieldsBelow(inside, inner, here);
  });
}

const laterField = (path: Path): Problem => ({
  code: 'later-field',
  path,
  part: 'key',
  what: `The field ${placeName(path)} comes with a later version of Branchline`,
  why: 'This version cannot do what it asks for, and leaving it out silently would change what the plan means',
  next: 'Remove it to run the plan now; docs/plan.md lists what works',
});

const laterValue = (path: Path, value: string): Problem => ({
  code: 'later-value',
  path,
  part: 'value',
  what: `${placeName(path)}: ${value} comes with a later version of Branchline`,
  why: 'This version knows the word but cannot do it',
  next: 'Choose another value to run the plan now; docs/plan.md lists what works',
});
