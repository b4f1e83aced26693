import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { DraftTask, Left, Missing, Origin } from '../draft.ts';
import { baseName, type Source, type SourceFile, warningAt } from '../source.ts';
import { type Exchange, readExchange } from './exchange.ts';
import { type PlanFile, readPlanFile } from './plan-file.ts';

/** The files of one task, by their names in its folder. */
export type TaskFolder = { readonly id: string; readonly files: ReadonlyMap<string, SourceFile> };

/** What a task's folder says. */
export type ReadTask = {
  /** null: there is no `plan.md`. */
  readonly task: DraftTask | null;
  readonly missing: readonly Missing[];
  readonly left: readonly Left[];
  readonly diagnostics: readonly PlacedDiagnostic[];
};

/** `tasks/<id>/…` anywhere in a path; a `plan.md` on its own is named after its folder. */
export function taskFolders({ files, path }: Source): readonly TaskFolder[] {
  const folders = new Map<string, { readonly id: string; readonly files: Map<string, SourceFile> }>();
  for (const file of files) {
    const [, root, id, name] = /^((?:.*\/)?tasks\/([^/]+))\/(.+)$/.exec(file.path) ?? alone(file, path);
    if (root === undefined || id === undefined || name === undefined) continue;
    const folder = folders.get(root) ?? { id, files: new Map() };
    folder.files.set(name, file);
    folders.set(root, folder);
  }
  return [...folders.values()];
}

function alone({ path }: SourceFile, source: string): readonly string[] {
  const [, folder, name] = /^(?:(.*)\/)?(plan\.md|output\.md|context\.md|ipc\/[^/]+)$/.exec(path) ?? [];
  if (name === undefined) return [];
  const id = baseName(folder ?? source.replace(/\/?plan\.md$/, ''));
  return ['', folder ?? '', id === '' ? 'plan' : id, name];
}

/** One task of a `.dispatch` folder. What is ticked is told to whoever goes on, and is no step again. */
export function readTask({ id, files }: TaskFolder): ReadTask {
  const exchange = readExchange(
    [...files].flatMap(([name, file]) => (name.startsWith('ipc/') ? [{ name: name.slice(4), file }] : [])),
  );
  const file = files.get('plan.md');
  const first: Origin = { file: [...files.values()][0]?.path ?? id, line: 1 };
  if (file === undefined) {
    const missing = [{ at: first, task: id, field: 'plan.md' }];
    return { task: null, missing, left: [], diagnostics: surfaced(id, exchange) };
  }
  const plan = readPlanFile(file);
  const at: Origin = { file: file.path, line: 1 };
  const asks = [
    ...(plan.title === null ? [{ at, task: id, field: 'title (# …)' }] : []),
    ...(plan.items.length === 0 ? [{ at, task: id, field: 'items (- [ ] …)' }] : []),
  ];
  const task = draftTask({ id, at, plan, exchange, context: files.get('context.md')?.text.trim() ?? '' });
  const diagnostics = [...plan.faults, ...surfaced(id, exchange), ...standing(id, { plan, exchange, at })];
  return { task, missing: asks, left: leftOver(id, files, exchange), diagnostics };
}

type Known = {
  readonly id: string;
  readonly at: Origin;
  readonly plan: PlanFile;
  readonly exchange: Exchange;
  readonly context: string;
};

function draftTask({ id, at, plan, exchange, context }: Known): DraftTask {
  const open = plan.items.filter(({ state }) => state !== 'done');
  const first = open[0];
  const steps = open
    .map(({ text, note }) => (note === null ? text : `${text} — ${note}`))
    .filter((text) => text !== '');
  return {
    name: id,
    at,
    state: plan.items.length > 0 && open.length === 0 ? 'done' : 'open',
    values: {
      ...(plan.title === null ? {} : { title: { value: plan.title.value.slice(0, 200), from: plan.title.from } }),
      brief: { value: { text: briefOf({ id, at, plan, exchange, context }) }, from: plan.title?.from ?? at },
      ...(first === undefined || steps.length === 0 ? {} : { steps: { value: steps, from: first.at } }),
    },
  };
}

function briefOf({ id, plan, exchange, context }: Known): string {
  const done = plan.items.filter(({ state }) => state === 'done');
  const held = plan.items.filter(({ state, blocker }) => state !== 'done' && blocker !== null);
  const answered = exchange.questions.filter(({ answer }) => answer !== null);
  const list = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [[title, ...lines.map((line) => `- ${line}`)].join('\n')];
  return [
    plan.title?.value ?? id,
    ...(plan.context === '' ? [] : [plan.context]),
    ...list(
      'Done already, and not to be done again:',
      done.map(({ text, note }) => (note === null ? text : `${text} — ${note}`)),
    ),
    ...list(
      'What stood in the way of whoever worked on it before:',
      held.map(({ text, blocker }) => `${text}: ${blocker ?? ''}`),
    ),
    ...list(
      'Asked before, and answered:',
      answered.map(({ text, answer }) => `${flat(text)} — ${flat(answer ?? '')}`),
    ),
    ...list(
      'Said later by whoever gave the task:',
      plan.notes.map(({ value }) => value),
    ),
    ...(context === '' ? [] : [`What whoever worked on it before wrote down:\n\n${context}`]),
  ].join('\n\n');
}

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Questions that wait for an answer; those that have one are a part of the brief. */
function surfaced(id: string, { questions, orphans }: Exchange): readonly PlacedDiagnostic[] {
  const open = questions.filter(({ answer }) => answer === null);
  return [
    ...open.map(({ text, at }) =>
      warningAt(at, 'question', {
        what: `"${id}" asks: ${flat(text).slice(0, 200)}`,
        why: 'Nobody has answered it',
        next: 'Answer it in the brief of the task',
      }),
    ),
    ...orphans.map((at) =>
      warningAt(at, 'no-question', {
        what: `${baseName(at.file)} of "${id}" belongs to no question`,
        why: 'There is none with its number',
        next: 'It is not carried over: copy it into the brief if it matters',
      }),
    ),
  ];
}

type Standing = { readonly plan: PlanFile; readonly exchange: Exchange; readonly at: Origin };

function standing(id: string, { plan: { items }, exchange: { done }, at }: Standing): readonly PlacedDiagnostic[] {
  const open = items.filter(({ state }) => state !== 'done');
  const held = open.filter(({ state }) => state === 'blocked' || state === 'error');
  const said = held.map(({ text, state, note, blocker, at: place }) =>
    warningAt(place, state, {
      what: `"${id}" is held up at: ${text.slice(0, 120)}`,
      why: blocker ?? note ?? 'It does not say why',
      next: 'Settle that in the brief of the task, or it comes up again',
    }),
  );
  if (done !== null && open.length > 0) {
    const why = `${open.length} of its ${items.length} items are open`;
    said.push(
      warningAt(done, 'inconsistent', { what: `"${id}" says that it is done, and is not`, why, next: GOES_ON }),
    );
  }
  if (done === null && open.length === 0 && items.length > 0) {
    const why = 'Its worker never said that it was through: there is no ipc/.done';
    said.push(warningAt(at, 'unconfirmed', { what: `Every item of "${id}" is ticked`, why, next: TAKEN_AS_DONE }));
  }
  return said;
}

const GOES_ON = 'What is open is planned';
const TAKEN_AS_DONE = 'It is taken for done; untick an item if it is not';

function leftOver(id: string, files: TaskFolder['files'], { strange }: Exchange): readonly Left[] {
  const output = files.get('output.md');
  const why = 'It is the result of work before this plan';
  return [
    ...(output === undefined ? [] : [{ at: { file: output.path, line: 1 }, what: `output.md of "${id}"`, why }]),
    ...strange.map((at) => ({
      at,
      what: `${baseName(at.file)} of "${id}"`,
      why: 'Its name says nothing in this format',
    })),
  ];
}
