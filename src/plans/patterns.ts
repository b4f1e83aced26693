import { patternCompiler } from '../core/scope/scope.ts';
import type { Path } from './document.ts';
import type { PlanInput, TaskInput } from './fields.ts';
import { quoted } from './names.ts';
import { type Problem, placeName } from './problems.ts';

/** Patterns that the grammar of scopes refuses, each where it stands. Equal texts are compiled once. */
export function badPatterns(plan: PlanInput): readonly Problem[] {
  const compile = patternCompiler({ ignoreCase: false, nfc: false });
  const tasks = Object.entries(plan.tasks ?? {}).flatMap(([id, task]) => ofTask(['tasks', id], task ?? {}));
  return [...listed(['shared'], plan.shared), ...listed(['keep'], plan.keep), ...tasks].flatMap(([path, pattern]) => {
    const compiled = compile(pattern);
    return compiled.ok ? [] : [problemOf(path, pattern, compiled.error)];
  });
}

type Placed = readonly [path: Path, pattern: string];

function ofTask(at: Path, { scope, reads, artifacts }: TaskInput): readonly Placed[] {
  const sides = typeof scope === 'object' && !Array.isArray(scope) ? scope : { may: scope };
  const below = sides.may === scope ? [] : ['may'];
  return [
    ...listed([...at, 'scope', ...below], sides.may),
    ...listed([...at, 'scope', 'may-not'], sides['may-not']),
    ...listed([...at, 'reads'], reads),
    ...listed([...at, 'artifacts'], artifacts),
  ];
}

function listed(path: Path, patterns: string | readonly string[] | undefined): readonly Placed[] {
  if (typeof patterns === 'string') return [[path, patterns]];
  return (patterns ?? []).map((pattern, at) => [[...path, at], pattern]);
}

type PatternFault = { readonly index: number; readonly what: string; readonly next: string };

const problemOf = (path: Path, pattern: string, { index, what, next }: PatternFault): Problem => ({
  code: 'bad-pattern',
  path,
  part: 'value',
  what: `${placeName(path, 'plain')} cannot be ${quoted(pattern)}`,
  why: `At its character ${index + 1}: ${what}`,
  next,
});
