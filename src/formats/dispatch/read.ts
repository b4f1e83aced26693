import { readConfig } from '../dispatch-config/read.ts';
import { planText } from '../request/plan-text.ts';
import { wishesIn } from '../request/wishes.ts';
import {
  baseName,
  drafted,
  faultAt,
  type ReadDraft,
  type Reader,
  refused,
  type Source,
  type SourceFile,
  warningAt,
} from '../source.ts';
import { readTask, taskFolders } from './folder.ts';

/** What a person types after `/dispatch`, and the folder in which the work is then kept. */
export const dispatch: Reader = {
  name: 'dispatch',
  about: 'a dispatch request ("/dispatch three things: 1. use opus to …"), a .dispatch folder, or a plan.md of it',
  detect: (source) => (source.isFolder ? isFolder(source) : isOne(source.files[0])),
  read: (source) => {
    const [file] = source.files;
    if (source.isFolder || (file !== undefined && isPlanFile(file))) return readFolder(source);
    return readRequest(file ?? { path: source.path, text: '' });
  },
};

const TASK_PLAN = /(?:^|\/)tasks\/[^/]+\/plan\.md$/;

function isFolder({ path, files }: Source): 0 | 1 | 2 {
  const plans = files.filter((file) => TASK_PLAN.test(file.path));
  if (plans.length === 0) return files.some(({ path: each }) => /(?:^|\/)ipc\/\d+\.question$/.test(each)) ? 2 : 0;
  const isNamed =
    baseName(path.replace(/\/+$/, '')) === '.dispatch' || plans.some((file) => /(?:^|\/)\.dispatch\//.test(file.path));
  return isNamed ? 2 : 1;
}

function isOne(file: SourceFile | undefined): 0 | 1 | 2 {
  if (file === undefined || /\.(?:ya?ml|jsonl?)$/i.test(file.path)) return 0;
  if (isPlanFile(file) || isCommand(file)) return 2;
  const numbered = file.text.match(/^\s*\d{1,4}[.)]\s.*$/gm) ?? [];
  return numbered.length > 1 &&
    numbered.length <= 300 &&
    numbered.some((line) => wishesIn(line.slice(0, 2000)).who.length > 0)
    ? 1
    : 0;
}

const isCommand = ({ text }: SourceFile): boolean => /^\s*\/dispatch\b/.test(text);

/** Its place says so, or boxes that nobody else has. */
const isPlanFile = ({ path, text }: SourceFile): boolean =>
  TASK_PLAN.test(path) || (!isCommand({ path, text }) && /^\s*[-*+]\s+\[[?!]\]\s/m.test(text));

function readRequest(file: SourceFile): ReadDraft {
  const text = file.text.replace(/^(\ufeff?\s*)\/dispatch\b:?[^\S\n]*/, '$1');
  const planned = planText(text, { file: file.path });
  if (planned === null) return refused(faultAt({ file: file.path, line: 1 }, 'no-list', NO_LIST));
  const questions = planned.questions.map(({ at, text: what, task }) =>
    warningAt(at, 'question', {
      what: task === null ? what : `"${task}": ${what}`,
      why: 'Only a person knows',
      next: 'Until the plan says so, it waits for nothing',
    }),
  );
  return drafted(planned.draft, questions);
}

const NO_LIST = {
  what: 'There is no list of tasks in it',
  why: 'Each task of a request has a number or a "-" in front of it',
  next: 'Write for example: 1. use opus to review the auth module',
};

function readFolder(source: Source): ReadDraft {
  const read = taskFolders(source).map(readTask);
  const config = source.files.find(({ path }) => /(?:^|\/)config\.ya?ml$/.test(path) && !/(?:^|\/)tasks\//.test(path));
  const settings = config === undefined ? null : readConfig(config);
  const tasks = read.flatMap(({ task }) => (task === null ? [] : [task]));
  const said = [...read.flatMap(({ diagnostics }) => diagnostics), ...(settings?.diagnostics ?? [])];
  if (tasks.length === 0) return refused(...said, faultAt({ file: source.path, line: 1 }, 'no-tasks', NO_TASKS));
  // The folder is called alike everywhere: a single task says more.
  const [first] = tasks;
  const only =
    tasks.length === 1 && first !== undefined ? first : { name: 'dispatch', at: { file: source.path, line: 1 } };
  return drafted(
    {
      name: { value: only.name, from: only.at },
      values: settings?.draft?.values ?? {},
      tasks,
      missing: [...read.flatMap(({ missing }) => missing), ...(settings?.draft?.missing ?? [])],
      left: [...read.flatMap(({ left }) => left), ...(settings?.draft?.left ?? [])],
    },
    said,
  );
}

const NO_TASKS = {
  what: 'There is no task in it',
  why: 'Each has a folder of its own with a plan.md: tasks/<name>/plan.md',
  next: 'Name the folder .dispatch',
};
