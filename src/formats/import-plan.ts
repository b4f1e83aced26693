import { cycles, linksOf } from '../core/graph.ts';
import type { PlacedDiagnostic } from '../plans/place.ts';
import { readPlan } from '../plans/read.ts';
import { readSettings } from '../plans/settings.ts';
import type { Surroundings } from '../plans/surroundings.ts';
import type { Draft, DraftTask, Origin, Sourced } from './draft.ts';
import { READERS } from './readers.ts';
import { baseName, faultAt, type Reader, refused, type Source, warningAt } from './source.ts';
import { slug } from './task-names.ts';
import { writePlan } from './write-plan.ts';

/** A text file of this many bytes is no plan that a person wrote. */
const BYTES_MAX = 8 * 1024 * 1024;

export type Imported = {
  /** Which format it was; null: none that is known. */
  readonly format: string | null;
  /** What it is: files without tasks may hold nothing but what a configuration file says. */
  readonly is: 'plan' | 'settings';
  /** The plan in YAML; null: something is wrong. */
  readonly plan: string | null;
  readonly draft: Draft | null;
  /** All of them, by file and line. */
  readonly diagnostics: readonly PlacedDiagnostic[];
};

type Wish = {
  /** Name of the format; null: it is found out. */
  readonly from?: string | null;
  /** What stands beside the plan that is written. */
  readonly around?: Surroundings;
};

/** A plan from the files of another system. Never throws. */
export function importPlan(source: Source, { from = null, around = {} }: Wish = {}): Imported {
  const unfit = source.files.flatMap((file) => unfitFile(file));
  if (unfit.length > 0) return { format: null, is: 'plan', plan: null, draft: null, diagnostics: unfit };
  const found = from === null ? detected(source) : READERS.find(({ name }) => name === from);
  if (found === undefined)
    return { format: null, is: 'plan', plan: null, draft: null, diagnostics: [unknownFormat(source, from)] };
  const { draft, diagnostics } = safely(found, source);
  const wrong = draft === null || isBare(draft) ? [] : faultsIn(draft);
  if (draft === null || wrong.length > 0) {
    return {
      format: found.name,
      is: 'plan',
      plan: null,
      draft: null,
      diagnostics: inOrder([...diagnostics, ...wrong]),
    };
  }
  return written({ ...draft, name: planName(draft, source) }, { format: found.name, source, diagnostics, around });
}

type Drafted = { readonly format: string; readonly source: Source; readonly around?: Surroundings };

/** The same for a draft that was made in another way. */
export function planOfDraft(draft: Draft, { format, source, around = {} }: Drafted): Imported {
  const diagnostics = faultsIn(draft);
  if (diagnostics.length > 0) return { format, is: 'plan', plan: null, draft: null, diagnostics: inOrder(diagnostics) };
  return written({ ...draft, name: planName(draft, source) }, { format, source, diagnostics, around });
}

type Known = {
  readonly format: string;
  readonly source: Source;
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly around: Surroundings;
};

/** What the plan's own reader says of it is said of the place where it came from. */
function written(draft: Draft, { format, source, diagnostics, around }: Known): Imported {
  const { text, tasks } = writePlan(draft, { format, source: source.path });
  if (isBare(draft) && isSettings(text)) return { format, is: 'settings', plan: text, draft, diagnostics };
  const read = readPlan(isBare(draft) ? `${text}${STAND_IN}` : text, 'plan.yaml', around);
  // Who works is for whoever runs the plan to settle, not for the system that it comes from.
  const said = [...read.diagnostics, ...read.unsupported]
    .filter(({ code }) => code !== 'no-agent')
    .map((one) => moved(one, draft, { tasks, source }));
  const plan = said.length === 0 ? text : null;
  const bare = isBare(draft) ? [onlySettings(source)] : [];
  return { format, is: 'plan', plan, draft, diagnostics: inOrder([...diagnostics, ...bare, ...said]) };
}

/** Some systems have their tasks elsewhere: what their files say is settings alone. */
const isBare = ({ tasks, values }: Draft): boolean => tasks.length === 0 && Object.keys(values).length > 0;

const isSettings = (text: string): boolean =>
  readSettings([{ name: 'user', file: 'config.yaml', text }]).diagnostics.length === 0;

/** In the place of tasks, so that the settings can be judged. */
const STAND_IN = 'tasks: { stand-in: { brief: Nothing } }\n';

const onlySettings = (source: Source): PlacedDiagnostic =>
  warningAt(wholeOf(source), 'no-tasks', {
    what: 'It has settings and no tasks',
    why: 'The tasks of this format are kept elsewhere',
    next: 'Add tasks to the plan before it is run',
  });

type Moving = { readonly tasks: ReadonlyMap<string, DraftTask>; readonly source: Source };

function moved(one: PlacedDiagnostic, draft: Draft, { tasks, source }: Moving): PlacedDiagnostic {
  const task = one.task === null ? undefined : tasks.get(one.task);
  const values = (task?.values ?? draft.values) as Record<string, Sourced<unknown> | undefined>;
  const field = one.field?.split(/[.[]/)[0] ?? '';
  const at: Origin = values[field]?.from ?? task?.at ?? { file: source.files[0]?.path ?? source.path, line: 1 };
  return { ...one, severity: 'error', file: at.file, line: at.line, col: 1 };
}

function detected(source: Source): Reader | undefined {
  const sure = READERS.map((reader) => ({ reader, how: reader.detect(source) }));
  const best = Math.max(...sure.map(({ how }) => how));
  return best === 0 ? undefined : sure.find(({ how }) => how === best)?.reader;
}

/** A reader that breaks over a file says so like any other fault, and nothing else happens. */
function safely(reader: Reader, source: Source): ReturnType<Reader['read']> {
  try {
    return reader.read(source);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    const next = 'Look at the file for what is unusual in it, or write the plan by hand';
    return refused(faultAt(wholeOf(source), 'unreadable', { what: `It cannot be read as ${reader.name}`, why, next }));
  }
}

function faultsIn({ tasks }: Draft): readonly PlacedDiagnostic[] {
  const seen = new Map<string, DraftTask>();
  const faults: PlacedDiagnostic[] = [];
  for (const task of tasks) {
    const before = seen.get(task.name);
    if (before !== undefined) faults.push(twice(task, before));
    seen.set(task.name, task);
  }
  for (const task of tasks) {
    for (const need of [task.values.needs?.value ?? []].flat()) {
      if (seen.has(need)) continue;
      faults.push(unknownNeed(task, need, [...seen.keys()]));
    }
  }
  if (faults.length === 0) faults.push(...circles(tasks.filter(({ state }) => state === 'open')));
  if (tasks.every(({ state }) => state !== 'open')) faults.push(allOver(tasks));
  return faults;
}

/** Tasks that need each other in a circle, with the place of each: what is over holds nobody up. */
function circles(open: readonly DraftTask[]): readonly PlacedDiagnostic[] {
  const needs = new Map(open.map(({ name, values }) => [name, [values.needs?.value ?? []].flat()]));
  const links = linksOf([...needs.keys()], (name) => needs.get(name) ?? []);
  return cycles(links).map((cycle) => {
    const path = cycle.flatMap((position) => open[position] ?? []);
    const places = path.map((task) => `${shown(task.name)} (${placeOfNeeds(task).file}:${placeOfNeeds(task).line})`);
    return faultAt(placeOfNeeds(path[0]), 'need-cycle', {
      what: `Tasks need each other in a circle: ${path.map(({ name }) => shown(name)).join(' → ')}`,
      why: `None of them could ever start: ${places.slice(0, -1).join(', ')}`,
      next: 'Remove one of these needs',
    });
  });
}

const placeOfNeeds = (task: DraftTask | undefined): Origin =>
  task?.values.needs?.from ?? task?.at ?? { file: '', line: 1 };

const twice = ({ name, at }: DraftTask, before: DraftTask): PlacedDiagnostic =>
  faultAt(at, 'twice', {
    what: `There are two tasks "${shown(name)}"`,
    why: `The other one is at ${before.at.file}:${before.at.line}`,
    next: 'Give one of them another name',
  });

const unknownNeed = ({ name, at, values }: DraftTask, need: string, known: readonly string[]): PlacedDiagnostic =>
  faultAt(values.needs?.from ?? at, 'unknown-need', {
    what: `"${shown(name)}" needs "${shown(need)}"`,
    why: 'There is no such task',
    next: `Name one of: ${known.slice(0, 20).map(shown).join(', ')}`,
  });

const allOver = (tasks: readonly DraftTask[]): PlacedDiagnostic =>
  faultAt(tasks[0]?.at ?? { file: '', line: 1 }, 'nothing-open', {
    what: 'There is nothing left to do',
    why: `All ${tasks.length} tasks are over already`,
    next: 'Nothing has to be planned',
  });

const shown = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 60);

function planName({ name }: Draft, source: Source): Draft['name'] {
  const named = slug(name?.value ?? baseName(source.path).replace(/\.[a-z]+$/i, ''));
  return { value: named, from: name?.from ?? wholeOf(source) };
}

const wholeOf = (source: Source): Origin => ({ file: source.files[0]?.path ?? source.path, line: 1 });

function unfitFile({ path, text }: Source['files'][number]): readonly PlacedDiagnostic[] {
  const at = { file: path, line: 1 };
  if (text.length > BYTES_MAX) {
    const why = `At most ${BYTES_MAX / 1024 / 1024} MiB are read`;
    return [faultAt(at, 'too-large', { what: 'The file is too large', why, next: 'Split it' })];
  }
  if (!text.includes('\0')) return [];
  const why = 'It holds bytes that are no text (UTF-8)';
  return [faultAt(at, 'not-text', { what: 'The file is no text', why, next: 'Name the file that holds the plan' })];
}

function unknownFormat(source: Source, from: string | null): PlacedDiagnostic {
  const known = READERS.map(({ name }) => name).join(', ');
  return faultAt(wholeOf(source), 'unknown-format', {
    what: from === null ? `${source.path} is of no format that is known` : `There is no format "${from}"`,
    why: from === null ? 'Nothing in it says whose it is' : `There are: ${known}`,
    next:
      from === null
        ? `Name its format: branchline import ${source.path} --from FORMAT (${known})`
        : 'Name one of those',
  });
}

const inOrder = (all: readonly PlacedDiagnostic[]): readonly PlacedDiagnostic[] =>
  [...all].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
