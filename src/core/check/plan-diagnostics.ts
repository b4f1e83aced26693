import type { Diagnostic } from '../diagnostic.ts';
import { cycles, linksOf } from '../graph.ts';
import type { Plan, TaskId } from '../plan.ts';
import type { CheckFacts } from './facts.ts';
import { longBriefs } from './long-briefs.ts';
import { nameDiagnostics } from './name-diagnostics.ts';

/** What is wrong with a plan beside its scopes. */
export function planDiagnostics(plan: Plan, facts: CheckFacts): readonly Diagnostic[] {
  return [
    ...unknownNeeds(plan),
    ...needCycles(plan),
    ...claimedTwice(plan),
    ...missingBriefs(plan, facts),
    ...longBriefs(plan, facts),
    ...nameDiagnostics(plan, facts),
    ...unverified(plan),
    ...unset(plan, facts),
  ];
}

function unknownNeeds({ tasks }: Plan): readonly Diagnostic[] {
  const ids = tasks.map(({ id }) => id);
  const known = new Set(ids);
  return tasks.flatMap(({ id, needs }) =>
    needs.flatMap((need, i) => {
      if (known.has(need)) return [];
      const near = nearest(need, ids);
      return [
        {
          code: 'need-unknown',
          severity: 'error' as const,
          what: `${id} needs "${need}", which is no task`,
          why: 'It could never start.',
          next: near === null ? 'name a task of this plan, or remove it' : `did you mean "${near}"?`,
          task: id,
          field: `tasks.${id}.needs[${i}]`,
        },
      ];
    }),
  );
}

/** The name that takes the fewest edits, if that is no more than a third of it. */
function nearest(name: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function needCycles({ tasks }: Plan): readonly Diagnostic[] {
  const needs = new Map(tasks.map((task) => [task.id, task.needs]));
  const links = linksOf([...needs.keys()], (id) => needs.get(id) ?? []);
  const named = cycles(links).map((cycle) => cycle.flatMap((position) => tasks[position]?.id ?? []));
  return named.map((cycle) => ({
    code: 'need-cycle',
    severity: 'error',
    what: `tasks need each other in a circle: ${cycle.join(' → ')}`,
    why: 'None of them could ever start.',
    next: 'remove one of these needs',
    task: cycle[0] ?? null,
    field: `tasks.${cycle[0]}.needs`,
  }));
}

function claimedTwice({ tasks }: Plan): readonly Diagnostic[] {
  const owner = new Map<string, TaskId>();
  const found: Diagnostic[] = [];
  for (const { id, issues } of tasks) {
    for (const [i, issue] of issues.entries()) {
      const first = owner.get(issue.toLowerCase());
      if (first === undefined) owner.set(issue.toLowerCase(), id);
      else found.push(claimed({ issue, first, id, i }));
    }
  }
  return found;
}

const claimed = (of: {
  readonly issue: string;
  readonly first: TaskId;
  readonly id: TaskId;
  readonly i: number;
}): Diagnostic => ({
  code: 'issue-claimed-twice',
  severity: 'error',
  what: `${of.issue} belongs to ${of.first === of.id ? `${of.id} twice` : `${of.first} and to ${of.id}`}`,
  why: 'An issue is closed by one task.',
  next: 'leave it with one of them',
  task: of.id,
  field: `tasks.${of.id}.issues[${of.i}]`,
});

function missingBriefs({ tasks }: Plan, facts: CheckFacts): readonly Diagnostic[] {
  const missing = new Set(facts.missingBriefs);
  return tasks.flatMap(({ id, brief }) => {
    if (brief === null || !('file' in brief) || !missing.has(brief.file)) return [];
    return [
      {
        code: 'brief-missing',
        severity: 'error' as const,
        what: `the brief ${brief.file} of ${id} is not there`,
        why: 'Its agent would not know what to do.',
        next: 'commit the file to the base branch, or write the brief into the plan',
        task: id,
        field: `tasks.${id}.brief`,
      },
    ];
  });
}

function unverified(plan: Plan): readonly Diagnostic[] {
  const writers = plan.tasks.filter(({ kind }) => kind === 'code' || kind === 'chore');
  if (plan.checks.length > 0 || plan.finalChecks.length > 0) return [];
  const without = writers.filter(({ checks }) => checks.length === 0);
  if (without.length === 0) return [];
  const none = without.length === writers.length;
  return [
    {
      code: 'no-checks',
      severity: 'warning',
      what: none ? 'the plan has no checks' : `nothing checks ${without.map(({ id }) => id).join(', ')}`,
      why: 'What agents say would be all that is known of their work.',
      next: 'add checks, for example checks: [npm test]',
      task: null,
      field: null,
    },
  ];
}

function unset({ envRequired }: Plan, { environment }: CheckFacts): readonly Diagnostic[] {
  return envRequired.flatMap((name, i) =>
    environment.includes(name)
      ? []
      : [
          {
            code: 'environment-missing',
            severity: 'error' as const,
            what: `${name} is not set`,
            why: 'The plan requires it.',
            next: `export ${name}`,
            task: null,
            field: `env-required[${i}]`,
          },
        ],
  );
}
