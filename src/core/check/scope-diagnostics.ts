import type { Diagnostic } from '../diagnostic.ts';
import { isReadOnly, type Plan, type Task, type TaskId } from '../plan.ts';
import { isUndeclared, pathMode } from '../relations/may-write.ts';
import type { PathMode } from '../scope/fold.ts';
import { type CompilePattern, compileScope, covers, patternCompiler, type ScopeSet } from '../scope/scope.ts';
import { BasePaths } from './base-paths.ts';
import type { CheckFacts } from './facts.ts';

/** What is odd about each task's scope, pattern by pattern. */
export function scopeDiagnostics(plan: Plan, facts: CheckFacts): readonly Diagnostic[] {
  const compile = patternCompiler(pathMode(facts));
  const mode = pathMode(facts);
  const look = { mode, compile, base: new BasePaths(facts.paths, mode), all: everything(facts) };
  const shared = plan.shared.flatMap((pattern, i) =>
    badPattern({ pattern, task: null, field: `shared[${i}]` }, compile),
  );
  const own = plan.tasks.flatMap((task) => [
    ...writtenIn(task).flatMap((written) => badPattern(written, compile)),
    ...undeclared(plan, task),
    ...withoutArtifacts(task),
    ...(task.scope === null || isReadOnly(task) ? [] : patternsOf(task, look)),
  ]);
  return [...shared, ...own];
}

type Look = {
  readonly mode: PathMode;
  readonly compile: CompilePattern;
  readonly base: BasePaths;
  readonly all: ScopeSet;
};

type Written = { readonly pattern: string; readonly task: TaskId | null; readonly field: string };

function writtenIn({ id, scope, reads, artifacts }: Task): readonly Written[] {
  const written = (patterns: readonly string[], name: string): readonly Written[] =>
    patterns.map((pattern, i) => ({ pattern, task: id, field: `tasks.${id}.${name}[${i}]` }));
  return [
    ...written(scope?.may ?? [], 'scope.may'),
    ...written(scope?.mayNot ?? [], 'scope.may-not'),
    ...written(reads, 'reads'),
    ...written(artifacts, 'artifacts'),
  ];
}

function badPattern({ pattern, task, field }: Written, compile: CompilePattern): readonly Diagnostic[] {
  const compiled = compile(pattern);
  if (compiled.ok) return [];
  const { index, what, next } = compiled.error;
  return [
    {
      code: 'bad-pattern',
      severity: 'error',
      what: `"${pattern}" is no pattern`,
      why: `At its character ${index + 1}: ${what}.`,
      next,
      task,
      field,
    },
  ];
}

function undeclared({ undeclared: policy }: Plan, task: Task): readonly Diagnostic[] {
  if (!isUndeclared(task)) return [];
  return [
    {
      code: 'scope-missing',
      severity: policy === 'refuse' ? 'error' : 'warning',
      what: `${task.id} does not say what it may write`,
      why:
        policy === 'allow'
          ? 'It runs beside everything, and nothing proves that nobody writes the same files.'
          : 'It may write anything, so that no other task can write beside it.',
      next: 'give it a scope, for example scope: { may: [src/area/**] }',
      task: task.id,
      field: `tasks.${task.id}`,
    },
  ];
}

function withoutArtifacts(task: Task): readonly Diagnostic[] {
  if (!isReadOnly(task) || task.artifacts.length > 0) return [];
  const scoped = task.scope !== null && task.scope.may.length > 0;
  return [
    {
      code: 'research-without-artifacts',
      severity: scoped ? 'warning' : 'note',
      what: `${task.id} is research and names no artifacts`,
      why: scoped
        ? 'Research writes nothing but its artifacts: its scope has no effect.'
        : 'Research writes nothing but its artifacts: there will be nothing to land.',
      next: 'name the files under artifacts, or choose another kind',
      task: task.id,
      field: `tasks.${task.id}.${scoped ? 'scope' : 'kind'}`,
    },
  ];
}

function patternsOf(task: Task, look: Look): readonly Diagnostic[] {
  const { scope } = task;
  if (scope === null) return [];
  const { mode } = look;
  const excluded = compileScope({ may: scope.mayNot, mayNot: [] }, mode, look.compile);
  return scope.may.flatMap((pattern, i) => {
    const set = compileScope({ may: [pattern], mayNot: [] }, mode, look.compile);
    // What cannot be read has been told.
    if (!set.ok || !excluded.ok) return [];
    const found = oddity({ pattern, set: set.value, excluded: excluded.value }, look);
    return found.map((odd) => ({ ...odd, task: task.id, field: `tasks.${task.id}.scope.may[${i}]` }));
  });
}

type Odd = Omit<Diagnostic, 'task' | 'field'>;
type Entry = { readonly pattern: string; readonly set: ScopeSet; readonly excluded: ScopeSet };

/** The first of these only: whoever may write nothing need not hear that nothing is there. */
function oddity({ pattern, set, excluded }: Entry, { base, all }: Look): readonly Odd[] {
  const outside = excluded.may.patterns.length === 0 ? null : covers(excluded, set);
  if (outside?.ok && outside.value === null) {
    return [
      {
        code: 'scope-contradiction',
        severity: 'error',
        what: `"${pattern}" is excluded by the task's own may-not`,
        why: 'Every path that it allows is forbidden again.',
        next: 'remove it, or narrow may-not',
      },
    ];
  }
  const beyond = isWide(set) ? covers(set, all) : null;
  if (beyond?.ok && beyond.value === null) {
    return [
      {
        code: 'scope-everything',
        severity: 'warning',
        what: `"${pattern}" is the whole repository`,
        why: 'No other task that writes can run beside it.',
        next: 'name the folders that the task needs',
      },
    ];
  }
  if (set.may.patterns.some((each) => base.some(each))) return [];
  return [nothingThere(pattern)];
}

/** Only what begins with a wildcard can be everything. */
const isWide = ({ may }: ScopeSet): boolean => may.patterns.some(({ head }) => head === '');

function nothingThere(pattern: string): Odd {
  const rootOnly = !pattern.includes('/');
  const bracket = pattern.includes('[');
  return {
    code: rootOnly ? 'scope-root-only' : 'scope-matches-nothing',
    severity: 'note',
    what: `"${pattern}" matches no file ${rootOnly ? 'at the root of the repository' : 'of the base'}`,
    why: rootOnly ? 'A name without a slash is looked for at the root only.' : 'It allows new files only.',
    next: rootOnly
      ? `write "**/${pattern}" for any folder, or "${pattern}/" for all below it; leave it if the file is to be made`
      : bracket
        ? 'write \\[ if the bracket is part of the name; leave it if the files are to be made'
        : 'check the spelling; leave it if the files are to be made',
  };
}

function everything(facts: CheckFacts): ScopeSet {
  const set = compileScope({ may: ['**'], mayNot: [] }, pathMode(facts));
  if (!set.ok) throw new Error('** is no pattern');
  return set.value;
}
