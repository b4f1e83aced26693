import type { Draft, DraftTask, Left, Origin, Sourced } from '../draft.ts';
import { type Head, headOf } from './head.ts';
import { type Doubt, relationsOf } from './relations.ts';
import { type Line, type RequestItem, type Section, sectionsOf } from './sections.ts';
import { distinct, shortName, titleOf } from './short-name.ts';
import { type Wishes, whoIs, wishesIn } from './wishes.ts';

/** What only a person knows. Until it is answered nothing in the draft says that a task waits for another. */
export type PlanQuestion = {
  readonly at: Origin;
  readonly text: string;
  /** Name of the task that it is about; null: of the whole. */
  readonly task: string | null;
  /** Tasks, any of which may be meant. Whoever wants to be safe lets it need all of them. */
  readonly among: readonly string[];
  /** `which` of them it waits for; what comes `first`; whether it is there `twice`; whether they are in `order`; whether the list is `complete`. */
  readonly asks: 'which' | 'first' | 'twice' | 'order' | 'complete';
};

export type PlannedText = { readonly draft: Draft; readonly questions: readonly PlanQuestion[] };

/** More than a person writes by hand; what each says of the others is compared. */
const ITEMS_MAX = 300;

type Given = {
  /** How the text is called in messages. */
  readonly file?: string;
  /** Names of agents and aliases that settings have. */
  readonly known?: readonly string[];
};

/**
 * A request in a person's words as a draft, if it is a list; else null. The same text always gives the same draft.
 * A list is several tasks; numbers below a title that ends in a colon are the steps of one.
 */
export function planText(text: string, { file = 'request', known = [] }: Given = {}): PlannedText | null {
  // Whoever sends a megabyte of blanks gets an answer as fast as everybody else.
  const { sections, after } = sectionsOf(text.replace(/[^\S\r\n]{40,}/g, ' '.repeat(40)), file);
  const count = sections.reduce((sum, { items }) => sum + items.length, 0);
  if (count === 0 || count > ITEMS_MAX) return null;
  const pieces = sections.flatMap((section, place) => piecesOf(section, { place, known, file }));
  const names = distinct(pieces.map(({ title }) => shortName(title)));
  const shared = sharedOf(pieces, after);
  const tasks = pieces.map((piece, index): Piece & { readonly name: string } => ({
    ...piece,
    name: names[index] ?? '',
  }));
  const related = relationsOf(tasks.map(({ number, section, spoken }) => ({ number, section, text: spoken })));
  const drafts = tasks.map((task, index): DraftTask => {
    const chained = task.chained && index > 0 ? [{ needs: index - 1, said: 'in order' }] : [];
    const edges = [...related.edges.filter(({ item }) => item === index), ...chained];
    const needs = edges.map(({ needs }) => names[needs] ?? '');
    const said = [...new Set(edges.map(({ said }) => `"${said}"`))].join(', ');
    return draftTask(task, {
      shared,
      needs: needs.length === 0 ? null : { value: [...new Set(needs)], from: task.at, note: `it says ${said}` },
    });
  });
  const doubts = related.doubts.filter(({ item }) => tasks[item]?.chained !== true);
  const questions = [...wholes(tasks), ...doubts.map((doubt) => doubtful(tasks, doubt)), ...alike(tasks)].sort(
    (a, b) => a.at.line - b.at.line,
  );
  const title = nameOf(sections, pieces, file);
  return { draft: { name: title, values: {}, tasks: drafts, missing: [], left: tasks.flatMap(pathsIn) }, questions };
}

/** A task before it has a name. */
type Piece = {
  readonly title: string;
  readonly at: Origin;
  readonly brief: string;
  readonly steps: readonly Line[];
  /** What is searched for words about others. */
  readonly spoken: string;
  readonly number: number | null;
  readonly section: number;
  readonly isDone: boolean;
  readonly who: Sourced<string> | null;
  readonly field: 'agent' | 'model';
  readonly wishes: readonly string[];
  readonly shared: string;
  readonly group: Sourced<string> | null;
  readonly chained: boolean;
  readonly question: PlanQuestion | null;
};

type Around = { readonly place: number; readonly known: readonly string[]; readonly file: string };

function piecesOf(section: Section, around: Around): readonly Piece[] {
  const wishes = wishesIn(section.head.map(({ text }) => text).join('\n'), around.known);
  const head = headOf(section.head, wishes);
  const read = section.items.map((item) => ({ item, wishes: wishesIn(item.text, around.known) }));
  const own = read.some((each) => each.wishes.who.length > 0 || each.wishes.worktree);
  const heading = { head, wishes, at: { file: around.file, line: head.line } };
  const mayBeOne = section.ordered && head.endsInColon && !head.isSeveral && !own && section.items.length > 1;
  if (mayBeOne && head.title !== null) return [oneTask(section, heading, around)];
  const question = questionOf(section, heading, mayBeOne);
  return read.map((each, index) => {
    const isHeading = head.title !== null && !head.isSeveral;
    const chained = head.isInOrder && index > 0;
    return { ...itemPiece(each, heading, around), chained, question, ...(isHeading ? titled(heading) : {}) };
  });
}

type Heading = { readonly head: Head; readonly wishes: Wishes; readonly at: Origin };

/** A title in front of bullets is their group, and no more. */
const titled = ({ head, at }: Heading): Pick<Piece, 'group' | 'shared'> => ({
  group: { value: (head.title ?? '').slice(0, 100), from: at },
  shared: head.before,
});

function oneTask({ items }: Section, { head, wishes, at }: Heading, around: Around): Piece {
  const steps = items
    .filter(({ box }) => box !== 'x')
    .map(({ text, steps: below, at: { line } }) => {
      const more = below.map((step) => `- ${step.text}`);
      return { text: [text, ...more].join('\n'), line };
    });
  return {
    ...{ title: head.title ?? '', at, brief: head.title ?? '', steps, spoken: head.title ?? '', number: null },
    ...{ section: around.place, isDone: steps.length === 0, ...chosen(wishes, at, around.known) },
    ...{ wishes: wishes.said, shared: head.before, group: null, chained: false, question: null },
  };
}

type ReadItem = { readonly item: RequestItem; readonly wishes: Wishes };

function itemPiece({ item, wishes }: ReadItem, heading: Heading, around: Around): Omit<Piece, 'chained' | 'question'> {
  const own = chosen(wishes, item.at, around.known);
  const who = own.who === null ? chosen(heading.wishes, heading.at, around.known) : own;
  return {
    ...{ title: titleOf(wishes.text), at: item.at, brief: wishes.text, steps: item.steps },
    spoken: [wishes.text, ...item.steps.map(({ text }) => text)].join('\n'),
    ...{ number: item.number, section: around.place, isDone: item.box === 'x', ...who },
    ...{ wishes: wishes.said, shared: heading.head.text, group: null },
  };
}

/** Of several the last one, as somebody who speaks corrects themselves. */
function chosen(wishes: Wishes, from: Origin, known: readonly string[]): Pick<Piece, 'who' | 'field'> {
  const last = wishes.who.at(-1);
  if (last === undefined) return { who: null, field: 'model' };
  const { field, value, note } = whoIs(last, known);
  const several = new Set(wishes.who).size > 1 ? `the last of: ${wishes.who.join(', ')}` : undefined;
  const notes = [note, several].filter((each) => each !== undefined).join('; ');
  return { who: { value, from, ...(notes === '' ? {} : { note: notes }) }, field };
}

function questionOf(section: Section, { head, at }: Heading, mayBeOne: boolean): PlanQuestion | null {
  const { length } = section.items;
  const whole = { at, task: null, among: [] };
  if (head.count !== null && head.count !== length) {
    return {
      ...whole,
      asks: 'complete',
      text: `It speaks of ${head.count}, and there are ${length}: is the list complete?`,
    };
  }
  if (!mayBeOne || head.isInOrder) return null;
  return { ...whole, asks: 'order', text: `Are these ${length} tasks of their own, or the steps of one?` };
}

/** What is asked of a whole list is asked once, of all its tasks. */
function wholes(tasks: readonly Named[]): readonly PlanQuestion[] {
  const asked = new Set(tasks.flatMap(({ question }) => question ?? []));
  const namesOf = (one: PlanQuestion) => tasks.filter(({ question }) => question === one).map(({ name }) => name);
  return [...asked].map((one) => (one.asks === 'order' ? { ...one, among: namesOf(one) } : one));
}

function sharedOf(pieces: readonly Piece[], after: readonly Line[]): (piece: Piece) => string {
  const rest = after
    .map(({ text }) => text)
    .join('\n')
    .trim();
  const first = pieces.find(({ section }) => section === 0)?.shared ?? '';
  return ({ shared, section }) =>
    [...new Set([section === 0 ? '' : first, shared, rest])].filter((text) => text !== '').join('\n\n');
}

type Extra = { readonly shared: (piece: Piece) => string; readonly needs: Sourced<string[]> | null };

function draftTask(piece: Piece & { readonly name: string }, { shared, needs }: Extra): DraftTask {
  const { name, at, title, brief, steps, who, field, group, wishes, isDone } = piece;
  const note = wishes.length === 0 ? {} : { note: `without ${wishes.map((said) => `"${said}"`).join(', ')}` };
  const text = [shared(piece), brief].filter((each) => each !== '').join('\n\n');
  const first = steps[0];
  const values = {
    title: { value: title, from: at },
    brief: { value: { text }, from: at, ...note },
    ...(first === undefined
      ? {}
      : { steps: { value: steps.map((step) => step.text), from: { ...at, line: first.line } } }),
    ...(needs === null ? {} : { needs }),
    ...(who === null ? {} : { [field]: who }),
    ...(group === null ? {} : { group }),
  };
  return { name, at, state: isDone ? 'done' : 'open', values };
}

type Named = Piece & { readonly name: string };

function doubtful(tasks: readonly Named[], { item, said, among, isCircular }: Doubt): PlanQuestion {
  const names = among.flatMap((place) => tasks[place]?.name ?? []);
  const { at, name } = tasks[item] ?? { at: { file: '', line: 1 }, name: '' };
  const listed = names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
  const text = (question: string): string => `It says "${said}": ${question}?`;
  const ask = (question: string): PlanQuestion => ({
    ...{ at, text: text(question), task: name, among: names, asks: isCircular ? 'first' : 'which' },
  });
  if (isCircular) return ask(`which of them goes first, this one or ${listed}`);
  if (names.length === 0) return ask('does it wait for something that is not in the list');
  return ask(`which of these must have landed before it starts, if any: ${listed}`);
}

/** Word for word the same: one of them may be there by mistake. */
function alike(tasks: readonly Named[]): readonly PlanQuestion[] {
  const seen = new Map<string, Named>();
  return tasks.flatMap((task) => {
    const key = [task.brief, ...task.steps.map(({ text }) => text)].join('\n').toLowerCase();
    const before = seen.get(key);
    seen.set(key, before ?? task);
    if (before === undefined) return [];
    const text = `It says the same as line ${before.at.line}: is it one task, or two?`;
    return [{ at: task.at, text, task: task.name, among: [before.name], asks: 'twice' }];
  });
}

const ENDING = /\.(?:[cm]?[jt]sx?|vue|py|rs|go|java|kt|rb|php|cs|md|ya?ml|json|sql|s?css|html|sh|toml|proto)$|\*/;
const FOLDER =
  /^(?:\.\/|(?:src|lib|app|apps|packages|tests?|docs|db|scripts|config|public|web|ui|api|server|client)\/)/;

/** A path in a sentence may be read, written or only spoken of: it is not taken for what the task may write. */
function pathsIn({ at, brief, steps, name }: Named): readonly Left[] {
  const text = [brief, ...steps.map((step) => step.text)].join('\n');
  const quoted = [...text.matchAll(/`([^`\s]{2,200})`/g)]
    .map((match) => match[1] ?? '')
    .filter((path) => /[./]/.test(path));
  const words = text.split(/[\s,;()[\]{}"'`<>]+/).filter(({ length }) => length <= 200);
  const bare = words
    .map((word) => word.replace(/[.:!?]$/, ''))
    .filter((path) => ENDING.test(path) || FOLDER.test(path));
  const paths = [...new Set([...quoted, ...bare])].filter((path) => /[\w*]/.test(path) && !/:\/\/|^\//.test(path));
  if (paths.length === 0) return [];
  const what = `paths that "${name}" names: ${paths.slice(0, 20).join(', ')}`;
  return [{ at, what, why: 'If it may write them, say so: scope: { may: [...] }' }];
}

function nameOf(sections: readonly Section[], pieces: readonly Piece[], file: string): Draft['name'] {
  const [first] = sections;
  const heading = first?.head.find(({ text }) => /^#+\s+\S/.test(text));
  if (heading !== undefined) return { value: heading.text.replace(/^#+\s+/, ''), from: { file, line: heading.line } };
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return { value: only.title, from: only.at };
  return pieces.find(({ group }) => group !== null)?.group ?? null;
}
