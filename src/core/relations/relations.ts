import type { Plan, Task, TaskId } from '../plan.ts';
import type { Relation, Relations } from '../relation.ts';
import { ok, type Result } from '../result.ts';
import { compileScope, has, intersect, type ScopeSet } from '../scope/scope.ts';

export function relationsOf(plan: Plan, options: { readonly ignoreCase: boolean }): Result<Relations, string> {
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const sets = new Map<TaskId, ScopeSet | null>();
  const setOf = (id: TaskId) => {
    if (!sets.has(id)) sets.set(id, mayWrite(tasks.get(id) as Task, options));
    return sets.get(id) ?? null;
  };
  const shared = plan.shared.map((p) => { const r = compileScope({ may: [p], mayNot: [] }, { ignoreCase: options.ignoreCase, nfc: true } as never); return r.ok ? r.value : null; });
  const behind = new Map<TaskId, TaskId[]>();
  for (const t of plan.tasks) for (const n of t.needs) behind.set(n, [...(behind.get(n) ?? []), t.id]);
  const cache = new Map<string, Relation>();
  const meets = (a: ScopeSet, b: ScopeSet) => { const w = intersect(a, b); return w.ok ? w.value : '?'; };
  const compute = (a: TaskId, b: TaskId): Relation => {
    const A = tasks.get(a) as Task; const B = tasks.get(b) as Task;
    if (B.needs.includes(a) || A.needs.includes(b)) return { relation: 'after', reason: 'needs', witness: a };
    const r = A.resources.find((x) => B.resources.includes(x));
    if (r !== undefined) return { relation: 'exclusive', reason: 'resource', witness: r };
    const x = setOf(a); const y = setOf(b);
    if (x === null || y === null) return { relation: 'free' };
    for (const [i, s] of shared.entries()) if (s && meets(x, s) !== null && meets(y, s) !== null) return { relation: 'exclusive', reason: 'shared', witness: plan.shared[i] ?? '' };
    const w = meets(x, y);
    return w === null ? { relation: 'free' } : { relation: plan.overlap === 'branch' ? 'branch' : 'exclusive', reason: 'overlap', witness: w };
  };
  const between = (a: TaskId, b: TaskId): Relation => {
    const k = a < b ? `${a}\0${b}` : `${b}\0${a}`;
    let v = cache.get(k); if (!v) { v = compute(a, b); cache.set(k, v); } return v;
  };
  return ok({
    between,
    before: (id) => tasks.get(id)?.needs ?? [],
    behind: (id) => behind.get(id) ?? [],
    excludedBy: (id, held) => { for (const h of held) { if (h === id) continue; const relation = between(id, h); if (relation.relation === 'exclusive') return { by: h, relation }; } return null; },
  });
}
const mayWrite = (task: Task, o: { ignoreCase: boolean }): ScopeSet | null => {
  if (task.scope === null) return null;
  const r = compileScope({ may: task.scope.may, mayNot: task.scope.mayNot }, { ignoreCase: o.ignoreCase, nfc: true } as never);
  return r.ok ? r.value : null;
};
export function auditPaths(task: Task, paths: readonly string[], o: { ignoreCase: boolean }): readonly string[] {
  const set = mayWrite(task, o);
  return set === null ? [] : paths.filter((p) => !has(set, p));
}
