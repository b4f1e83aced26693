import { readMarkdown } from '../markdown.ts';
import { readYamlFile } from '../node.ts';
import { frontOf, Remarks } from '../remarks.ts';
import { baseName, type Reader, type Source, type SourceFile } from '../source.ts';
import { type PlanFile, planFileOf } from './plan-file.ts';
import { taskOf } from './task.ts';

/** GSD: files `01-02-PLAN.md` with a front matter, one or a folder of them. A plan file is a task. */
export const gsd: Reader = {
  name: 'gsd',
  about: 'plan files of GSD (01-02-PLAN.md), or a folder of them',
  detect: (source) => (planFiles(source).length > 0 ? 2 : 0),
  read: (source) => {
    const remarks = new Remarks();
    const found = planFiles(source).flatMap((file) => fileOf(file, source, remarks) ?? []);
    if (found.length === 0 && !remarks.isFaulty) {
      const why = 'GSD has a front matter with "phase" and "plan" in each';
      const next = 'Name such a file, or the folder of a phase';
      remarks.fault({ file: source.path, line: 1 }, 'no-tasks', { what: 'There are no plan files in it', why, next });
    }
    found.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const tasks = found.map((plan) => taskOf(plan, found, remarks));
    const variables = found
      .flatMap(({ node }) => node.get('user_setup').items)
      .flatMap((each) => each.get('env_vars').items);
    const names = [...new Set(variables.flatMap((each) => remarks.text(each.get('name')) ?? []))];
    const at = variables[0]?.at;
    const values = at === undefined ? {} : { 'env-required': { value: names, from: at } };
    return remarks.read({ name: null, values, tasks });
  },
};

const isOwn = (text: string): boolean => {
  const front = frontOf(text);
  const has = (key: string) => new RegExp(`^${key}:`, 'm').test(front);
  return has('phase') && has('plan') && ['wave', 'depends_on', 'files_modified', 'autonomous', 'must_haves'].some(has);
};

/** A summary has the same front matter as its plan in parts; only its name tells it apart. */
const planFiles = ({ files }: Source): readonly SourceFile[] =>
  files.filter(({ path, text }) => !/SUMMARY\.md$/i.test(path) && isOwn(text));

function fileOf(file: SourceFile, source: Source, remarks: Remarks): PlanFile | null {
  const { front } = readMarkdown(file);
  const { root, faults } = readYamlFile({ path: file.path, text: front ?? '' }, 2);
  remarks.add(faults);
  if (root === null) return null;
  const summary = file.path.replace(/PLAN\.md$/i, 'SUMMARY.md');
  const isDone = summary !== file.path && source.files.some(({ path }) => path === summary);
  return planFileOf({ file, node: root, state: isDone ? 'done' : 'open', id: idOf(baseName(file.path)) }, remarks);
}

/** `01-02-PLAN.md` is plan 02 of phase 01. */
const idOf = (name: string): string | null => /^(\d+(?:\.\d+)?-\d+)-PLAN\.md$/i.exec(name)?.[1] ?? null;
