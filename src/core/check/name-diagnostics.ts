import { branchName } from '../branch-name.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Plan, TaskId } from '../plan.ts';
import { canonical } from '../scope/fold.ts';
import type { CheckFacts } from './facts.ts';

/** Names that git or some file systems take for one another: ids, branches, and the paths that scopes spell out. */
export function nameDiagnostics(plan: Plan, facts: CheckFacts): readonly Diagnostic[] {
  const ids = plan.tasks.map(({ id }) => ({ id, text: id, field: `tasks.${id}` }));
  const spelled = plan.tasks.flatMap(({ id, scope }) =>
    (scope?.may ?? []).map((text, i) => ({ id, text, field: `tasks.${id}.scope.may[${i}]` })),
  );
  const literals = spelled.filter(({ text }) => !WILD.test(text));
  return [
    ...alike(ids, 'error', 'Branches and folders'),
    ...alike(literals, 'warning', 'Files'),
    ...unlikeFiles(spelled, facts),
    ...branches(plan, facts),
  ];
}

const WILD = /[*?[\]{}\\]/;

type Spelled = { readonly id: TaskId; readonly text: string; readonly field: string };

/** The spelling that a file system without case and composition would see. */
const plain = (text: string): string => canonical(text, { ignoreCase: true, nfc: true });

function alike(names: readonly Spelled[], severity: 'error' | 'warning', what: string): readonly Diagnostic[] {
  const first = new Map<string, Spelled>();
  return names.flatMap((name) => {
    const other = first.get(plain(name.text));
    if (other === undefined) first.set(plain(name.text), name);
    if (other === undefined || other.text === name.text) return [];
    return [
      {
        ...collision(other.text, name.text),
        severity,
        why: `${what} of these names are one on macOS and Windows.`,
        ...placed(name),
      },
    ];
  });
}

const placed = ({ id, field }: Spelled): Pick<Diagnostic, 'task' | 'field'> => ({ task: id, field });

function collision(one: string, other: string): Pick<Diagnostic, 'code' | 'what' | 'next'> {
  const byCase = one.normalize('NFC') !== other.normalize('NFC');
  return {
    code: byCase ? 'case-collision' : 'unicode-collision',
    what: `"${one}" and "${other}" differ only in ${byCase ? 'case' : 'how a letter is encoded'}`,
    next: 'rename one of them',
  };
}

/** What a scope spells out, file or folders, and what the base has under nearly that name. */
function unlikeFiles(names: readonly Spelled[], { paths }: CheckFacts): readonly Diagnostic[] {
  const wanted = new Set(names.flatMap(({ text }) => spelledOut(text).map(plain)));
  if (wanted.size === 0) return [];
  const existing = existingNames(paths, wanted);
  return names.flatMap((name) => {
    for (const text of spelledOut(name.text)) {
      const there = existing.get(plain(text));
      const [other] = there ?? [];
      if (other === undefined || there?.has(text)) continue;
      const why = `The base has "${other}", and the two are one on macOS and Windows.`;
      const said = { severity: 'warning' as const, why, ...placed(name) };
      return [{ ...collision(other, text), ...said, next: `write "${other}"` }];
    }
    return [];
  });
}

/** Each folder that a pattern names before its first wildcard, and the whole of a literal. */
function spelledOut(pattern: string): readonly string[] {
  const at = pattern.search(WILD);
  const certain = at < 0 ? pattern : pattern.slice(0, at);
  const found = folders(certain);
  return at < 0 && !certain.endsWith('/') ? [...found, certain] : found;
}

function folders(path: string): string[] {
  const found: string[] = [];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    found.push(path.slice(0, slash));
  return found;
}

/** Files and folders of the base under the names that are wanted; each folder is looked at once. */
function existingNames(
  paths: readonly string[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const existing = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const note = (path: string): void => {
    const key = plain(path);
    if (wanted.has(key)) existing.set(key, (existing.get(key) ?? new Set()).add(path));
  };
  for (const path of paths) {
    note(path);
    for (let folder = above(path); folder !== '' && !seen.has(folder); folder = above(folder)) {
      seen.add(folder);
      note(folder);
    }
  }
  return existing;
}

const above = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Attempts whose branches are looked at; later ones are named alike. */
const ATTEMPTS = 3;

/** What stands for a run whose name is not known yet: no branch can be called so. */
const SOME_RUN = '{run}';

/** Branches that are the same, or of which one is the folder of another, which git cannot store. */
function branches(plan: Plan, { existingBranches }: CheckFacts): readonly Diagnostic[] {
  if (!/\{(task|slug|issue)\}/.test(plan.branch) && plan.tasks.length > 1) return [noTask(plan.branch)];
  const user = new Names(existingBranches);
  const own = new Names([]);
  // A branch that is in the way of one task is mostly in the way of all.
  const told = new Set<string>();
  const isNamed = plan.branch.includes('{task}');
  return plan.tasks.flatMap((task) => {
    const { id } = task;
    const names = Array.from({ length: ATTEMPTS }, (_, i) => branchName(plan, task, { run: SOME_RUN, attempt: i + 1 }));
    const clashes = names.flatMap((name) => {
      const found = user.clash(name);
      const theirs = found === null || told.has(found) ? null : found;
      if (theirs !== null) told.add(theirs);
      const ours = own.clash(name);
      return [
        ...(theirs === null
          ? []
          : [{ ...clash(name, theirs), why: 'That branch is there already.', severity: 'warning' as const }]),
        // Ids that differ in case alone have been told already.
        ...(ours === null || (isNamed && plain(ours) === plain(name))
          ? []
          : [{ ...clash(name, ours), severity: 'error' as const }]),
      ];
    });
    for (const name of names) own.add(name);
    return clashes.slice(0, 1).map((found) => ({ ...found, task: id, field: `tasks.${id}` }));
  });
}

function clash(name: string, other: string): Pick<Diagnostic, 'code' | 'what' | 'why' | 'next'> {
  const why = 'Git keeps a branch as a file, and its slashes as folders.';
  const next = 'rename the task or the branch, or choose another template under branch:';
  if (name === other) return { code: 'branch-collision', what: `the branch ${name} exists`, why, next };
  if (plain(name) === plain(other)) return { ...collision(other, name), why, next };
  const [short, long] = name.length < other.length ? [name, other] : [other, name];
  return { code: 'branch-folder', what: `the branch ${short} would be the folder of the branch ${long}`, why, next };
}

const noTask = (template: string): Diagnostic => ({
  code: 'branch-collision',
  severity: 'error',
  what: `all tasks would have the branch ${template}`,
  why: 'Each attempt has a branch of its own, so that nothing it leaves behind can be taken for another one’s.',
  next: 'put {task} into the template, for example branchline/{run}/{task}',
  task: null,
  field: 'branch',
});

/** Branch names, and the folders they make. */
class Names {
  readonly #names = new Map<string, string>();
  readonly #folders = new Map<string, string>();

  constructor(names: readonly string[]) {
    for (const name of names) this.add(name);
  }

  add(name: string): void {
    this.#names.set(plain(name), name);
    for (const folder of folders(name)) this.#folders.set(plain(folder), name);
  }

  /** The name that cannot stand beside this one; null: there is none. */
  clash(name: string): string | null {
    const within = this.#names.get(plain(name)) ?? this.#folders.get(plain(name));
    if (within !== undefined) return within;
    for (const folder of folders(name)) {
      const above = this.#names.get(plain(folder));
      if (above !== undefined) return above;
    }
    return null;
  }
}
