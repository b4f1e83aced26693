import type { DraftTask, Origin, Sourced } from '../draft.ts';
import { type Block, type Item, readMarkdown } from '../markdown.ts';
import { briefOf, oneLine, Remarks, sourced, sourcedList, valuesOf } from '../remarks.ts';
import { type Section, sectionsOf } from '../sections.ts';
import { baseName, type Reader, type Source, type SourceFile } from '../source.ts';

/** OpenSpec: `tasks.md` with numbered sections, or the folder of a change. A section is a task, its boxes are the steps. */
export const openspec: Reader = {
  name: 'openspec',
  about: 'tasks.md of OpenSpec: "## 1. Title" with "- [ ] 1.1 what to do"',
  detect: (source) => (isOwn(tasksFile(source)?.text ?? '') ? 2 : 0),
  read: (source) => {
    const remarks = new Remarks();
    const file = tasksFile(source) ?? { path: source.path, text: '' };
    const { blocks } = readMarkdown(file);
    const parts = sectionsOf(file, blocks).flatMap((section) => partOf(section, remarks));
    stepsTwice(parts, remarks);
    if (parts.length === 0) {
      const why = 'OpenSpec has sections "## 1. Title" with boxes "- [ ] 1.1 …"';
      remarks.fault({ file: file.path, line: 1 }, 'no-tasks', {
        what: 'There are no tasks in it',
        why,
        next: 'Name its tasks.md',
      });
    }
    const beside = besideIt(source, file);
    const tasks = parts.map((part, index) =>
      taskOf(part, { before: parts.slice(0, index).findLast(({ state }) => state === 'open'), beside }),
    );
    return remarks.read({ name: changeName(source, file, blocks), values: {}, tasks });
  },
};

const isOwn = (text: string): boolean => /^## \d+\. \S/m.test(text) && /^\s*[-*+] \[[ xX]\] \d+\.\d+/m.test(text);

function tasksFile({ files, isFolder, path }: Source): SourceFile | undefined {
  if (!isFolder) return files[0];
  const below = (file: SourceFile) => (file.path.startsWith(path) ? file.path.slice(path.length) : file.path);
  return files.find(
    (file) => baseName(file.path) === 'tasks.md' && !/(?:^|\/)archive\//.test(below(file)) && isOwn(file.text),
  );
}

/** The folder of a change is named after it. */
function changeName(source: Source, file: SourceFile, blocks: readonly Block[]): Sourced<string> | null {
  const folder = file.path.split('/').at(-2);
  if (folder !== undefined && (source.isFolder || /(?:^|\/)changes\/[^/]+\/tasks\.md$/.test(file.path))) {
    return { value: folder, from: { file: file.path, line: 1 } };
  }
  const title = blocks.find((block) => block.is === 'heading' && block.depth === 1);
  return title?.is === 'heading' && title.text.toLowerCase() !== 'tasks' ? { value: title.text, from: title.at } : null;
}

/** Proposal, design and specifications of the same change. */
const besideIt = ({ files, isFolder }: Source, { path }: SourceFile): readonly string[] => {
  const folder = path.slice(0, path.length - 'tasks.md'.length);
  const own = files.filter((file) => isFolder && file.path.startsWith(folder) && file.path !== path);
  return own.map((file) => file.path).filter((each) => each.endsWith('.md'));
};

type Step = { readonly number: string | null; readonly text: string; readonly isDone: boolean; readonly at: Origin };
type Part = {
  readonly name: string;
  readonly at: Origin;
  readonly state: DraftTask['state'];
  readonly steps: readonly Step[];
  readonly said: string;
};

function partOf({ title, at, blocks }: Section, remarks: Remarks): readonly Part[] {
  const items = blocks.flatMap((block) => (block.is === 'list' ? block.items : []));
  const steps = items.flatMap(stepsOf);
  if (steps.length === 0) return [];
  const number = /^(\d+)\.\s/.exec(title ?? '')?.[1];
  if (number === undefined) remarks.missing(at, title, 'number of the section');
  for (const step of steps) {
    if (step.number === null) remarks.missing(step.at, oneLine(step.text), 'number of the step');
    else if (number !== undefined && !step.number.startsWith(`${number}.`)) {
      const next = 'Move it, or number it anew';
      const why = `It stands in section ${number}`;
      remarks.warn(step.at, 'wrong-section', { what: `Step ${step.number} is in another section`, why, next });
    }
  }
  const said = blocks
    .flatMap((block) => (block.is === 'paragraph' || block.is === 'code' ? [block.raw] : []))
    .join('\n\n');
  const state = steps.every(({ isDone }) => isDone) ? 'done' : 'open';
  return [{ name: title ?? oneLine(steps[0]?.text ?? ''), at, state, steps, said }];
}

/** A box and the boxes below it. */
function stepsOf(item: Item): readonly Step[] {
  const below = item.more.flatMap((block) => (block.is === 'list' ? block.items.flatMap(stepsOf) : []));
  if (item.box === null) return below;
  const number = /^(\d+(?:\.\d+)+)\.?(?=\s|$)/.exec(item.text)?.[1] ?? null;
  const told = item.more.flatMap((block) => (block.is === 'paragraph' || block.is === 'code' ? [block.raw] : []));
  const plain = item.more.flatMap((block) =>
    block.is === 'list' ? block.items.filter(({ box }) => box === null).map(({ raw }) => `- ${raw}`) : [],
  );
  const text = [item.raw, ...told, ...plain].join('\n');
  return [{ number, text, isDone: item.box === 'x', at: item.at }, ...below];
}

function stepsTwice(parts: readonly Part[], remarks: Remarks): void {
  const seen = new Map<string, Origin>();
  for (const { number, at } of parts.flatMap(({ steps }) => steps)) {
    const before = number === null ? undefined : seen.get(number);
    if (before !== undefined) {
      const why = `The other one is at ${before.file}:${before.line}`;
      remarks.fault(at, 'twice', { what: `There are two steps ${number}`, why, next: 'Number one of them anew' });
    }
    if (number !== null) seen.set(number, at);
  }
}

type Around = { readonly before: Part | undefined; readonly beside: readonly string[] };

function taskOf({ name, at, state, steps, said }: Part, { before, beside }: Around): DraftTask {
  const open = steps.filter(({ isDone }) => !isDone);
  const over = steps.filter(({ isDone }) => isDone);
  const listed = (some: readonly Step[]) => some.map(({ text }) => `- ${text.replace(/\n/g, '\n  ')}`).join('\n');
  return {
    name,
    at,
    state,
    values: valuesOf({
      title: sourced(oneLine(name), at),
      brief: sourced(
        {
          text: briefOf([
            [null, said === '' ? name : said],
            ['Steps', listed(open)],
            ['Done already', listed(over)],
            ['The change that it is a part of', beside.map((path) => `- ${path}`).join('\n')],
          ]),
        },
        at,
      ),
      steps: sourcedList(
        open.map(({ text }) => oneLine(text)),
        open[0]?.at ?? at,
      ),
      needs:
        before === undefined ? undefined : sourced([before.name], at, 'OpenSpec works through its sections in order'),
    }),
  };
}
