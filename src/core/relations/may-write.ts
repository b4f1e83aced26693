import { isReadOnly, type Plan, type Task, type TaskId } from '../plan.ts';
import { err, ok, type Result } from '../result.ts';
import type { PathMode } from '../scope/fold.ts';
import type { PatternError } from '../scope/reader.ts';
import { compileScope, patternCompiler, type ScopePatterns, type ScopeSet } from '../scope/scope.ts';

/** The sets of a plan that relations are made of. Of an undeclared task `writes` holds null. */
export type PlanScopes = {
  readonly writes: ReadonlyMap<TaskId, ScopeSet | null>;
  readonly reads: ReadonlyMap<TaskId, ScopeSet>;
  /** One for each pattern of `plan.shared`, in its order. */
  readonly shared: readonly ScopeSet[];
};

/** Spellings of a letter are never told apart: to keep two writers apart too often is safe, the other way is not. */
export const pathMode = ({ ignoreCase }: { readonly ignoreCase: boolean }): PathMode => ({ ignoreCase, nfc: true });

/** All sets of a plan, or everything that is wrong with its patterns. */
export function scopesOf(
  plan: Plan,
  options: { readonly ignoreCase: boolean },
): Result<PlanScopes, readonly PatternError[]> {
  const mode = pathMode(options);
  const compile = patternCompiler(mode);
  const errors: PatternError[] = [];
  const set = (scope: ScopePatterns): readonly ScopeSet[] => {
    const compiled = compileScope(scope, mode, compile);
    if (!compiled.ok) errors.push(...compiled.error);
    return compiled.ok ? [compiled.value] : [];
  };
  const writes = new Map<TaskId, ScopeSet | null>();
  const reads = new Map<TaskId, ScopeSet>();
  for (const task of plan.tasks) {
    if (isUndeclared(task)) writes.set(task.id, null);
    else for (const value of set(writable(task))) writes.set(task.id, value);
    if (task.reads.length > 0) for (const value of set({ may: task.reads, mayNot: [] })) reads.set(task.id, value);
  }
  const shared = plan.shared.flatMap((pattern) => set({ may: [pattern], mayNot: [] }));
  return errors.length > 0 ? err(errors) : ok({ writes, reads, shared });
}

/** What a task may write; null: it declares nothing, so that nothing is out of its scope. */
export const mayWrite = (
  task: Task,
  options: { readonly ignoreCase: boolean },
): Result<ScopeSet | null, readonly PatternError[]> =>
  isUndeclared(task) ? ok(null) : compileScope(writable(task), pathMode(options));

/** It writes, but does not say where. */
export const isUndeclared = (task: Task): boolean => task.scope === null && !isReadOnly(task);

/** What a task has to deliver it may write; a task that only reads may write nothing else. */
function writable(task: Task): ScopePatterns {
  if (isReadOnly(task) || task.scope === null) return { may: task.artifacts, mayNot: [] };
  return { may: [...task.scope.may, ...task.artifacts], mayNot: task.scope.mayNot };
}
