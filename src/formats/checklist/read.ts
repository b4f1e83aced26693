import type { DraftTask } from '../draft.ts';
import { NOTHING } from '../draft.ts';
import { type Block, type Item, readMarkdown } from '../markdown.ts';
import { drafted, faultAt, type Reader, refused, type Source } from '../source.ts';

/** A plain Markdown checklist: every box is a task, boxes below a box are its steps, and the heading above is its group. */
export const checklist: Reader = {
  name: 'checklist',
  about: 'a Markdown list with boxes: "- [ ] what to do"',
  detect: ({ files: [file], isFolder }) =>
    !isFolder && file !== undefined && /^[ \t]*(?:[-*+]|\d{1,9}[.)]) \[[ xX]\] /m.test(file.text) ? 1 : 0,
  read: ({ files: [file], path }: Source) => {
    if (file === undefined) return refused(faultAt({ file: path, line: 1 }, 'no-tasks', NO_TASKS));
    const { blocks } = readMarkdown(file);
    const title = blocks.find((block) => block.is === 'heading' && block.depth === 1);
    const tasks = tasksIn(blocks);
    if (tasks.length === 0) return refused(faultAt({ file: path, line: 1 }, 'no-tasks', NO_TASKS));
    const name = title?.is === 'heading' ? { value: title.text, from: title.at } : null;
    return drafted({ ...NOTHING, name, tasks }, []);
  },
};

const NO_TASKS = {
  what: 'There is nothing to do in it',
  why: 'A checklist has a box in front of each task',
  next: 'Write for example: - [ ] Add the audit table',
};

function tasksIn(blocks: readonly Block[]): readonly DraftTask[] {
  const tasks: DraftTask[] = [];
  let group: DraftTask['values']['group'];
  for (const block of blocks) {
    if (block.is === 'heading' && block.depth > 1) group = { value: block.text, from: block.at };
    if (block.is !== 'list') continue;
    for (const item of block.items) if (item.box !== null) tasks.push(taskOf(item, group));
  }
  return tasks;
}

function taskOf(item: Item, group: DraftTask['values']['group']): DraftTask {
  const below = item.more.flatMap((block) => (block.is === 'list' ? block.items : []));
  const steps = below.map(({ text }) => text).filter((text) => text !== '');
  const said = item.more.flatMap((block) => (block.is === 'paragraph' || block.is === 'quote' ? [block.raw] : []));
  const brief = [item.raw, ...said].join('\n\n');
  return {
    name: item.text,
    at: item.at,
    state: item.box === 'x' ? 'done' : 'open',
    values: {
      title: { value: firstLine(item.text), from: item.at },
      brief: { value: { text: brief }, from: item.at },
      ...(steps.length === 0 ? {} : { steps: { value: steps, from: below[0]?.at ?? item.at } }),
      ...(group === undefined ? {} : { group }),
    },
  };
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 200);
