import type { Diagnostic } from '../diagnostic.ts';
import type { Plan } from '../plan.ts';
import { pathMode } from '../relations/may-write.ts';
import type { PlanRelations } from '../relations/relations.ts';
import { OverlapIndex } from '../scope/overlap-index.ts';
import { compileScope, type ScopeSet } from '../scope/scope.ts';
import type { CheckFacts } from './facts.ts';

type Around = { readonly plan: Plan; readonly relations: PlanRelations; readonly facts: CheckFacts };

/**
 * Where scopes contradict each other. That one task excludes what another one owns is how boundaries are drawn, and no
 * contradiction; it is one when each leaves a path to the others so that nobody may write it, or when a path has two owners.
 */
export const boundaryDiagnostics = (around: Around): readonly Diagnostic[] => [
  ...withoutOwner(around),
  ...withTwoOwners(around),
];

/**
 * The rule: two or more tasks name paths below a pattern under `may`, and no task may write any of them, because each of
 * those tasks excludes them.
 */
function withoutOwner({ plan, relations, facts }: Around): readonly Diagnostic[] {
  const mode = pathMode(facts);
  const excluded = new Map<string, string>();
  for (const { id, scope } of plan.tasks) {
    for (const [i, pattern] of (scope?.mayNot ?? []).entries()) {
      if (!excluded.has(pattern)) excluded.set(pattern, `tasks.${id}.scope.may-not[${i}]`);
    }
  }
  let claims: OverlapIndex<number> | null = null;
  return [...excluded].flatMap(([pattern, field]) => {
    const set = compileScope({ may: [pattern], mayNot: [] }, mode);
    const writers = set.ok ? relations.overlaps.writers.meeting(set.value) : set;
    if (!set.ok || !writers.ok || writers.value.length > 0) return [];
    claims ??= claimsOf(plan, mode);
    const claimants = claims.meeting(set.value);
    const [a, b] = claimants.ok ? claimants.value.map((position) => plan.tasks[position]?.id ?? '') : [];
    if (a === undefined || b === undefined) return [];
    return [
      {
        code: 'boundary-without-owner',
        severity: 'note' as const,
        what: `nobody may write "${pattern}": ${a} and ${b} name it under may, and each excludes it`,
        why: 'A path that every task leaves to the others is nobody’s, so that no work on it could land.',
        next: 'take it out of the may-not of its owner; leave it if nobody is to touch it',
        task: null,
        field,
      },
    ];
  });
}

/** What tasks name under `may`, whatever they exclude. */
function claimsOf({ tasks }: Plan, mode: ScopeSet['mode']): OverlapIndex<number> {
  return new OverlapIndex(
    tasks.flatMap(({ scope }, position) => {
      const set = scope === null ? null : compileScope({ may: scope.may, mayNot: [] }, mode);
      return set?.ok ? [[position, set.value] as const] : [];
    }),
  );
}

/** The rule: tasks of two owners may write the same path, at whatever time, unless the plan says that it is shared. */
function withTwoOwners({ plan, relations }: Around): readonly Diagnostic[] {
  if (new Set(plan.tasks.flatMap(({ owner }) => owner ?? [])).size < 2) return [];
  const first = new Map<string, { readonly a: number; readonly b: number; pairs: number }>();
  for (const [a, { owner }] of plan.tasks.entries()) {
    if (owner === null) continue;
    for (const b of relations.overlaps.partners(a, { outside: true })) {
      const other = plan.tasks[b]?.owner ?? null;
      if (b < a || other === null || other === owner) continue;
      const key = [owner, other].sort().join('\0');
      const known = first.get(key);
      if (known === undefined) first.set(key, { a, b, pairs: 1 });
      else known.pairs++;
    }
  }
  return [...first.values()].flatMap(({ a, b, pairs }) => {
    const [one, other] = [plan.tasks[a], plan.tasks[b]];
    if (one === undefined || other === undefined) return [];
    const witness = relations.overlaps.witness(a, b, { outside: true }) ?? '';
    const more = pairs === 1 ? '' : ` (and ${pairs - 1} more pairs of their tasks meet)`;
    return [
      {
        code: 'boundary-two-owners',
        severity: 'warning' as const,
        what: `${one.owner} (${one.id}) and ${other.owner} (${other.id}) may both write ${witness}${more}`,
        why: 'A boundary has one owner; with two, nobody decides what it is to be.',
        next: `leave it to one of them, or name it under shared:`,
        task: other.id,
        field: `tasks.${other.id}.owner`,
      },
    ];
  });
}
