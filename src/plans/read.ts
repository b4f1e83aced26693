import type { Plan } from '../core/plan.ts';
import { type Path, readYaml, type YamlDocument } from './document.ts';
import { type PlanInput, planFields } from './fields.ts';
import { fillPlan } from './fill.ts';
import { laterIn } from './later.ts';
import { faultOfId } from './names.ts';
import { badPatterns } from './patterns.ts';
import type { PlacedDiagnostic } from './place.ts';
import { type Problem, problemsOf } from './problems.ts';
import { withProfile } from './profiles.ts';
import { senseOf } from './sense.ts';
import { senseOfWork } from './sense-work.ts';
import type { Surroundings } from './surroundings.ts';

/** Ten thousand tasks with briefs of their own fit; a disk image by mistake does not. */
const PLAN_BYTES_MAX = 8 * 1024 * 1024;
const TASKS_MAX = 20_000;

type ReadPlan = {
  /** null if there are diagnostics. */
  readonly plan: Plan | null;
  /** Everything that is wrong, in the order of the file. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  /** What is not wrong and should be known all the same: warnings and notes. */
  readonly advice: readonly PlacedDiagnostic[];
  /** What a later version does: `check` warns of it, `run` refuses because of it. */
  readonly unsupported: readonly PlacedDiagnostic[];
};

/**
 * Reads a plan in Branchline's own format. Never throws. A plan that comes out has only names that are safe as refs,
 * file names and arguments.
 * @param file how it is called in messages; a plan without a name is named after it
 */
export function readPlan(text: string, file: string, around: Surroundings = {}): ReadPlan {
  const size = Buffer.byteLength(text);
  if (size > PLAN_BYTES_MAX) return refused(file, tooLarge(size));
  const document = readYaml(text.replace(/^\ufeff/, ''));
  const place = (problem: Problem): PlacedDiagnostic => placed(document, file, problem);
  const faults = document.faults.map((fault) => ({ ...yamlFault(fault), file, ...fault.place }));
  if (document.value === undefined) return { plan: null, diagnostics: faults, unsupported: [], advice: [] };
  const wholes = wholeFaults(document);
  if (wholes) return { plan: null, diagnostics: [...faults, place(wholes)], unsupported: [], advice: [] };

  const unsupported = laterIn(planFields, document.value);
  const missing = missingTasks(document.value);
  const found = problemsOf(planFields, document.value);
  const wrong = missing ? [missing, ...found.filter(({ path }) => path[0] !== 'tasks')] : found;
  if (wrong.length > 0 || faults.length > 0) {
    return {
      plan: null,
      diagnostics: inOrder([...faults, ...wrong.map(place)]),
      unsupported: inOrder(unsupported.map(place)),
      advice: [],
    };
  }
  const written = document.value as PlanInput;
  const profile = around.over?.profile ?? written.profile ?? around.under?.profile ?? null;
  const input = withProfile(written, profile);
  const plan = fillPlan(input, { ...around, ...orderOf(document, file) });
  const all = [...senseOf(input, around), ...senseOfWork(input, plan), ...badPatterns(input)];
  const senseless = all.filter(({ severity }) => severity === undefined);
  return {
    plan: senseless.length > 0 ? null : plan,
    diagnostics: inOrder(senseless.map(place)),
    advice: inOrder(all.filter(({ severity }) => severity !== undefined).map(place)),
    unsupported: inOrder(unsupported.map(place)),
  };
}

const orderOf = (
  document: YamlDocument,
  file: string,
): { readonly name: string; readonly order: readonly string[] } => ({
  name: nameOf(file),
  order: document.keysOf(['tasks']),
});

/** `docs/My plan.yaml` → `My-plan`. */
function nameOf(file: string): string {
  const stem = (file.split(/[/\\]/).at(-1) ?? '').replace(/\.ya?ml$/i, '');
  const name = stem
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 60)
    .replace(/[^A-Za-z0-9]+$/, '');
  return faultOfId(name) === null ? name : 'plan';
}

function wholeFaults({ value }: YamlDocument): Problem | null {
  if (value === null) return whole('empty-plan', 'The plan is empty', 'There is nothing to do', NEXT);
  if (typeof value !== 'object' || Array.isArray(value)) {
    const found = Array.isArray(value) ? 'a list' : 'a single value';
    return whole('not-a-map', `The plan is ${found}`, 'It takes a map of fields', NEXT);
  }
  const tasks = (value as { tasks?: unknown }).tasks;
  if (Array.isArray(tasks)) {
    const next = 'Write each as "name:" with its fields below it, in place of "- id: name"';
    return whole('tasks-list', 'The tasks are a list', 'They take a map, in which every task has its name', next, [
      'tasks',
    ]);
  }
  const count = typeof tasks === 'object' && tasks !== null ? Object.keys(tasks).length : 0;
  if (count <= TASKS_MAX) return null;
  return whole('too-many', `The plan has ${count} tasks`, `At most ${TASKS_MAX} are allowed`, 'Split the plan', [
    'tasks',
  ]);
}

function missingTasks(value: unknown): Problem | null {
  const tasks = (value as { tasks?: unknown }).tasks;
  const none = tasks === undefined || tasks === null || (typeof tasks === 'object' && Object.keys(tasks).length === 0);
  return none ? whole('no-tasks', 'The plan has no tasks', 'There is nothing to do', NEXT, ['tasks']) : null;
}

const NEXT = 'Write for example: tasks: { hello: { brief: Say hello in HELLO.md } }, or run: branchline init';

function whole(code: string, what: string, ...[why, next, path = []]: readonly [string, string, Path?]): Problem {
  return { code, what, why, next, path, part: 'key' };
}

function tooLarge(size: number): Problem {
  const why = `A plan has at most ${PLAN_BYTES_MAX / 1024 / 1024} MiB`;
  return whole('too-large', `The file has ${size} bytes`, why, 'Put briefs into files of their own');
}

const yamlFault = ({ why, next }: { readonly why: string; readonly next: string }) =>
  ({ code: 'yaml', severity: 'error', what: 'The YAML cannot be read', why, next, task: null, field: null }) as const;

function refused(file: string, problem: Problem): ReadPlan {
  return { plan: null, diagnostics: [{ ...sentencesOf(problem), file, line: 1, col: 1 }], unsupported: [], advice: [] };
}

const placed = (document: YamlDocument, file: string, problem: Problem): PlacedDiagnostic => ({
  ...sentencesOf(problem),
  file,
  ...document.placeOf(problem.path, problem.part),
});

function sentencesOf(problem: Problem): Omit<PlacedDiagnostic, 'file' | 'line' | 'col'> {
  const { code, path, what, why, next } = problem;
  const severity: PlacedDiagnostic['severity'] = problem.severity ?? 'error';
  const [first, task, ...rest] = path.map(String);
  const ofTask = first === 'tasks' && task !== undefined;
  const field = (ofTask ? rest : path).join('.');
  return { code, severity, what, why, next, task: ofTask ? task : null, field: field === '' ? null : field };
}

const inOrder = (found: readonly PlacedDiagnostic[]): readonly PlacedDiagnostic[] =>
  [...found].sort((a, b) => a.line - b.line || a.col - b.col);
