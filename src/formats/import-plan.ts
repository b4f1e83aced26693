import { cycles, linksOf } from '../core/graph.ts';
import type { PlacedDiagnostic } from '../plans/place.ts';
import { readPlan } from '../plans/read.ts';
import { readSettings } from '../plans/settings.ts';
import type { Surroundings } from '../plans/surroundings.ts';
import type { Draft, DraftTask, Origin, Sourced } from './draft.ts';
import { READERS } from './readers.ts';
import { baseName, faultAt, type Reader, refused, type Source } from './source.ts';
import { slug } from './task-names.ts';
import { writePlan } from './write-plan.ts';

/** A text file of this many bytes is no plan that a person wrote. */
const BYTES_MAX = 8 * 1024 * 1024;

export type Imported = {
  /** Which format it was; null: none that is known. */
  readonly format: string | null;
  /** The plan in YAML; null: something is wrong. */
  readonly plan: string | null;
  /** What it is: some files hold no task, and say only who works. */
  readonly is: 'plan' | 'settings';
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
  if (unfit.length > 0) return { format: null, plan: null, is: 'plan', draft: null, diagnostics: unfit };
  const found = from === null ? detected(source) : READERS.find(({ name }) => name === from);
  if (found === undefined)
    return { format: null, plan: null, is: 'plan', draft: null, diagnostics: [unknownFormat(source, from)] };
  const { draft, diagnostics } = safely(found, source);
  const wrong = draft === null ? [] : faultsIn(draft);
  if (draft === null || wrong.length > 0) {
    return {
      format: found.name,
      plan: null,
      is: 'plan',
      draft: null,
      diagnostics: inOrder([...diagnostics, ...wrong]),
    };
  }
  return written({ ...draft, name: planName(draft, source) }, { found, source, diagnostics, around });
}

type Known = {
  readonly found: Reader;
  readonly source: Source;
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly around: Surroundings;
};

/** What the plan's own reader says of it is said of the place where it came from. */
function written(draft: Draft, { found, source, diagnostics, around }: Known): Imported {
  const { text, tasks } = writePlan(draft, { format: found.name, source: source.path });
  const is = holdsSettings(draft) ? 'settings' : 'plan';
  const read = is === 'settings' ? readAsSettings(text) : readPlan(text, 'plan.yaml', around);
  // Who works is for whoever runs the plan to settle, not for the system that it comes from.
  const said = [...read.diagnostics, ...read.unsupported]
    .filter(({ code }) => code !== 'no-agent')
    .map((one) => moved(one, draft, { tasks, source }));
  const plan = said.length === 0 ? text : null;
  return { format: found.name, plan, is, draft, diagnostics: inOrder([...diagnostics, ...said]) };
}

/** No task, but something to be set for all of them. */
const holdsSettings = ({ tasks, values }: Draft): boolean => tasks.length === 0 && Object.keys(values).length > 0;

const readAsSettings = (text: string) => ({
  diagnostics: readSettings([{ name: 'user', file: 'config.yaml', text }]).diagnostics,
  unsupported: [],
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

function faultsIn(draft: Draft): readonly PlacedDiagnostic[] {
  const { tasks } = draft;
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
  faults.push(...circles(tasks));
  if (tasks.every(({ state }) => state !== 'open') && !holdsSettings(draft)) faults.push(allOver(tasks));
  return faults;
}

/** The plan's own reader takes them; nobody could ever start one of these. */
function circles(tasks: readonly DraftTask[]): readonly PlacedDiagnostic[] {
  const open = tasks.filter(({ state }) => state === 'open');
  const needs = new Map(open.map(({ name, values }) => [name, [values.needs?.value ?? []].flat()]));
  const names = [...needs.keys()];
  return cycles(linksOf(names, (name) => needs.get(name) ?? [])).map((circle) => {
    const first = open.find(({ name }) => name === names[circle[0] ?? 0]);
    const listed = circle.map((position) => shown(names[position] ?? ''));
    return faultAt(first?.values.needs?.from ?? { file: '', line: 1 }, 'circle', {
      what: `Tasks need each other in a circle: ${listed.slice(0, 20).join(' → ')}`,
      why: 'None of them could ever start',
      next: 'Take one of these needs away',
    });
  });
}

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
