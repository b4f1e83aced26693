import type { DraftTask, Origin, Sourced } from '../draft.ts';
import { type Block, type Item, readMarkdown } from '../markdown.ts';
import { briefOf, oneLine, Remarks, sourced, sourcedList, valuesOf } from '../remarks.ts';
import { sectionsOf } from '../sections.ts';
import { baseName, type Reader, type Source, type SourceFile } from '../source.ts';

/** Spec Kit: `tasks.md`, with phases as headings and tasks `T001 [P] [US1] …` in them; or the folder of a feature. */
export const specKit: Reader = {
  name: 'spec-kit',
  about: 'tasks.md of Spec Kit: "- [ ] T001 [P] [US1] what to do"',
  detect: (source) => (TASK_LINE.test(tasksFile(source)?.text ?? '') ? 2 : 0),
  read: (source) => {
    const remarks = new Remarks();
    const file = tasksFile(source) ?? { path: source.path, text: '' };
    const { blocks } = readMarkdown(file);
    const phases = sectionsOf(file, blocks).flatMap((section) => phaseOf(section, remarks));
    if (phases.every(({ marks }) => marks.length === 0)) {
      const why = 'Spec Kit has a box and a number in front of each: - [ ] T001 …';
      remarks.fault({ file: file.path, line: 1 }, 'no-tasks', {
        what: 'There are no tasks in it',
        why,
        next: 'Name its tasks.md',
      });
    }
    const tasks = phases.flatMap((phase, index) =>
      phase.marks.map((mark) => taskOf(mark, { phase, before: barrier(phases.slice(0, index)) })),
    );
    return remarks.read({ name: featureName(blocks), values: {}, tasks });
  },
};

const TASK_LINE = /^\s*[-*+] \[[ xX]\] \**T\d{3,}/m;

function tasksFile({ files, isFolder }: Source): SourceFile | undefined {
  return isFolder ? files.find(({ path, text }) => baseName(path) === 'tasks.md' && TASK_LINE.test(text)) : files[0];
}

function featureName(blocks: readonly Block[]): Sourced<string> | null {
  const title = blocks.find((block) => block.is === 'heading' && block.depth === 1);
  if (title?.is !== 'heading') return null;
  return { value: title.text.replace(/^Tasks:\s*/i, ''), from: title.at };
}

type Mark = {
  readonly name: string;
  readonly at: Origin;
  readonly state: DraftTask['state'];
  readonly isParallel: boolean;
  readonly story: string | null;
  readonly says: string;
  readonly item: Item;
};
type Phase = {
  readonly title: string | null;
  readonly at: Origin;
  readonly marks: readonly Mark[];
  /** Goal, purpose and test of the whole, as they stand there. */
  readonly about: readonly string[];
};

function phaseOf(section: ReturnType<typeof sectionsOf>[number], remarks: Remarks): readonly Phase[] {
  const items = section.blocks.flatMap((block) => (block.is === 'list' ? block.items : []));
  const marks = items.flatMap((item) => (item.box === null ? [] : [markOf(item, remarks)]));
  const about = section.blocks.flatMap((block) =>
    block.is === 'paragraph' && /^(?:Goal|Purpose|Independent Test)\b/.test(block.text) ? [block.text] : [],
  );
  return marks.length === 0 ? [] : [{ title: section.title, at: section.at, marks, about }];
}

function markOf(item: Item, remarks: Remarks): Mark {
  const id = /^\**(T\d{3,}[a-z]?)\**:?\s*/.exec(item.raw);
  let rest = item.raw.slice(id?.[0].length ?? 0);
  let isParallel = false;
  let story: string | null = null;
  for (let mark = MARKER.exec(rest); mark !== null; mark = MARKER.exec(rest)) {
    const word = mark[1] ?? '';
    if (word === 'P') isParallel = true;
    else if (/^US\d+$/.test(word)) story = word;
    else remarks.unknown(item.at, `[${word}]`, { of: 'marker of a task', means: { '[P]': 0, '[US1]': 0 } });
    rest = rest.slice(mark[0].length);
  }
  const name = id?.[1] ?? oneLine(rest);
  if (id === null) remarks.missing(item.at, name, 'task id');
  return { name, at: item.at, state: item.box === 'x' ? 'done' : 'open', isParallel, story, says: rest.trim(), item };
}

const MARKER = /^\[([A-Za-z][A-Za-z0-9-]{0,19})\]\s*/;

const openIn = (phase: Phase | undefined): readonly Mark[] =>
  phase?.marks.filter(({ state }) => state === 'open') ?? [];

/** What the nearest phase with open tasks ends in: those that no other in it waits for. */
function barrier(phases: readonly Phase[]): readonly string[] {
  const last = phases.findLast((phase) => openIn(phase).length > 0);
  const open = openIn(last);
  const end = open.findLastIndex(({ isParallel }) => !isParallel);
  return open.slice(Math.max(0, end)).map(({ name }) => name);
}

type Around = { readonly phase: Phase; readonly before: readonly string[] };

function taskOf(mark: Mark, { phase, before }: Around): DraftTask {
  const { name, at, state, story, says, item } = mark;
  const below = item.more.flatMap((block) => (block.is === 'list' ? block.items : []));
  const said = item.more.flatMap((block) => ('raw' in block ? [block.raw] : []));
  const part = phase.title === null ? [] : [phase.title];
  const order = needsOf(mark, { phase, before });
  const named = [...says.matchAll(/\bT\d{3,}[a-z]?\b/g)].map(([id]) => id);
  const isTold = /\b(?:depends on|after|requires|needs)\b/i.test(says);
  const all = [...new Set([...order.names, ...(isTold ? named : [])])].filter((need) => need !== name);
  const rank = /\(Priority: P(\d)\)/.exec(phase.title ?? '')?.[1];
  return {
    name,
    at,
    state,
    values: valuesOf({
      title: sourced(says === '' ? null : oneLine(says), at),
      brief: sourced(
        {
          text: briefOf([
            [null, [says === '' ? name : says, ...said].join('\n\n')],
            ['What it is a part of', [...part, ...phase.about].join('\n')],
          ]),
        },
        at,
      ),
      steps: sourcedList(
        below.flatMap(({ text }) => (text === '' ? [] : [oneLine(text)])),
        below[0]?.at ?? at,
      ),
      needs: sourcedList(all, at, order.note),
      priority: rank === undefined ? undefined : sourced(10 - Number(rank), phase.at, `P${rank} there`),
      labels: sourcedList(story === null ? [] : [story], at),
      group: phase.title === null ? undefined : sourced(oneLine(phase.title), phase.at),
    }),
  };
}

/** Without [P] it waits for all before it in its phase, of which the last such one has already waited for the rest. */
function needsOf(mark: Mark, { phase, before }: Around): { readonly names: readonly string[]; readonly note: string } {
  const open = openIn(phase);
  const earlier = open.slice(0, open.indexOf(mark));
  if (mark.state !== 'open' || mark.isParallel || earlier.length === 0)
    return { names: before, note: 'all of the phase before' };
  const last = earlier.findLastIndex(({ isParallel }) => !isParallel);
  // The last one without [P] waits for the phase before itself; where there is none, those with [P] do.
  return { names: earlier.slice(Math.max(0, last)).map(({ name }) => name), note: 'no [P]: what stands before it' };
}
