import { isReadOnly, type Plan, type Task } from '../plan.ts';
import { ok, type Result } from '../result.ts';
import type { PathMode } from '../scope/fold.ts';
import type { PatternError } from '../scope/reader.ts';
import { compileScope, patternCompiler, type ScopePatterns, type ScopeSet } from '../scope/scope.ts';

/** The sets of a plan that relations are made of, by position. Of an undeclared task `writes` holds null. */
export type PlanScopes = {
  readonly writes: readonly (ScopeSet | null)[];
  readonly reads: ReadonlyMap<number, ScopeSet>;
  /** One for each pattern of `plan.shared`, in its order. */
  readonly shared: readonly ScopeSet[];
  readonly mode: PathMode;
};

/** Spellings of a letter are never told apart: to keep two writers apart too often is safe, the other way is not. */
export const pathMode = ({ ignoreCase }: { readonly ignoreCase: boolean }): PathMode => ({ ignoreCase, nfc: true });

/** All sets of a plan, and everything that is wrong with its patterns: the sets are made without those. */
export function scopesOf(
  plan: Plan,
  options: { readonly ignoreCase: boolean },
): { readonly scopes: PlanScopes; readonly errors: readonly PatternError[] } {
  const mode = pathMode(options);
  const compile = patternCompiler(mode);
  const errors: PatternError[] = [];
  const readable = (patterns: readonly string[]): readonly string[] =>
    patterns.filter((text) => {
      const compiled = compile(text);
      if (!compiled.ok) errors.push(compiled.error);
      return compiled.ok;
    });
  const set = ({ may, mayNot }: ScopePatterns): ScopeSet => {
    const compiled = compileScope({ may: readable(may), mayNot: readable(mayNot) }, mode, compile);
    if (!compiled.ok) throw new Error('A pattern can be read once and not twice');
    return compiled.value;
  };
  const reads = new Map<number, ScopeSet>();
  const writes = plan.tasks.map((task, position) => {
    if (task.reads.length > 0) reads.set(position, set({ may: task.reads, mayNot: [] }));
    return isUndeclared(task) ? null : set(writable(task));
  });
  const shared = plan.shared.map((pattern) => set({ may: [pattern], mayNot: [] }));
  return { scopes: { writes, reads, shared, mode }, errors };
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
