import type { DraftTask, Origin, TaskValues } from '../draft.ts';
import { type Findings, patternsOf, titleAndBrief } from '../findings.ts';
import type { FileNode } from '../node.ts';
import { proofsOf } from './proofs.ts';

const STATUSES = ['pending', 'in_progress', 'completed'] as const;
const ROLES = ['implementer', 'validator', 'spec-writer'] as const;
const COMPLEXITIES = ['trivial', 'standard', 'complex'] as const;

/** What a task of the board may say at its top; the second names are those of a manifest. */
const KNOWN = [
  ...['id', 'subject', 'description', 'activeForm', 'status', 'owner', 'blocks', 'blockedBy', 'metadata'],
  ...['native_id', 'task_id', 'blocked_by', 'complexity', 'proof_results', 'completed_at'],
];
/** What stands in `metadata` and is read, or tells only of work that was done. */
const KNOWN_METADATA = [
  ...['task_id', 'spec_path', 'parent_task', 'scope', 'requirements', 'proof_artifacts', 'commit', 'verification'],
  ...['role', 'complexity', 'model', 'demoable_unit', 'demoable_unit_title', 'proof_capture'],
  ...['proof_results', 'completed_at', 'model_used', 'proof_dir', 'proof_summary', 'commit_sha', 'dispatched_at'],
  ...['progress', 'dead_worker_reset', 'reset_at', 'prior_owner', 'proof_status'],
];
/** What went wrong before is worth knowing, and no field of a plan. */
const FAILURES = ['failure_reason', 'failure_count', 'failed_phase', 'failed_step', 'last_failure'];

/** One side of an edge as a file states it: the other task by its native id, or by its stable one. */
export type Edges = { readonly at: Origin; readonly ids: readonly string[] };

/** A task of the board, its edges still as they were written. */
export type BoardTask = DraftTask & {
  /** What edges call it; null: it has none. */
  readonly nativeId: string | null;
  readonly parent: { readonly name: string; readonly at: Origin } | null;
  /** null: the file does not have this side. */
  readonly blocks: Edges | null;
  readonly blockedBy: Edges | null;
};

/** A task of the native board, or null if nothing tells which one it is. */
export function boardTask(node: FileNode, found: Findings): BoardTask | null {
  if (found.map(node) === null) return null;
  const metadata = node.get('metadata');
  found.map(metadata);
  const nativeId = found.text(either(node.get('id'), node.get('native_id')));
  const stable = either(metadata.get('task_id'), node.get('task_id'));
  const name = found.text(stable) ?? nativeId;
  if (name === null) {
    found.fault(node.at, 'no-id', {
      what: 'A task has no id',
      why: 'Neither "id" nor "metadata.task_id" is there, and others could not name it',
      next: 'Write for example: "id": "1"',
    });
    return null;
  }
  if (!stable.isThere) found.lacks(node.at, name, 'metadata.task_id');
  leftOver(node, { metadata, name, found });
  return {
    name,
    nativeId,
    at: stable.isThere ? stable.at : node.get('id').at,
    state: stateOf(node, name, found),
    parent: parentOf(metadata, found),
    blocks: edges(node.get('blocks'), found),
    blockedBy: edges(either(node.get('blockedBy'), node.get('blocked_by')), found),
    values: {
      ...wordsOf(node, { metadata, name, found }),
      ...scopeOf(metadata, name, found),
      ...proofsOf(metadata, name, found),
      ...workerOf(node, { metadata, name, found }),
      ...unitOf(metadata, found),
    },
  };
}

const either = (first: FileNode, second: FileNode): FileNode => (first.isThere ? first : second);

type Of = { readonly metadata: FileNode; readonly name: string; readonly found: Findings };

function stateOf(node: FileNode, name: string, found: Findings): DraftTask['state'] {
  const status = node.get('status');
  if (!status.isThere) found.lacks(node.at, name, 'status');
  const word = found.word(status, { of: 'status of a task', known: STATUSES });
  const owner = found.text(node.get('owner'));
  if (word === 'in_progress') {
    found.warn(status.at, 'in-progress', {
      what: `"${name.slice(0, 60)}" is in progress${owner === null ? '' : ` with ${owner.slice(0, 60)}`}`,
      why: 'It is not completed, so it is planned; its own worker may still be at it',
      next: 'End that worker first, or take the task out of the plan',
    });
  }
  return word === 'completed' ? 'done' : 'open';
}

function parentOf(metadata: FileNode, found: Findings): BoardTask['parent'] {
  const parent = metadata.get('parent_task');
  const name = found.text(parent);
  return name === null ? null : { name, at: parent.at };
}

function edges(node: FileNode, found: Findings): Edges | null {
  const ids = found.texts(node);
  return ids === null ? null : { at: node.at, ids };
}

function wordsOf(node: FileNode, { metadata, name, found }: Of): TaskValues {
  const [subject, description] = [node.get('subject'), node.get('description')];
  const [called, told] = [found.text(subject), found.text(description)];
  if (called === null) found.lacks(node.at, name, 'subject');
  if (told === null) found.lacks(node.at, name, 'description');
  const first = called ?? told;
  if (first === null) return {};
  const [title, brief] = titleAndBrief(called ?? name, told);
  const text = [brief, ...references(metadata, found)].join('\n\n');
  const from = told === null ? subject.at : description.at;
  return {
    ...(called === null ? {} : { title: { value: title, from: subject.at } }),
    brief: { value: { text }, from },
  };
}

/** Where a worker is told to look. */
function references(metadata: FileNode, found: Findings): readonly string[] {
  const scope = metadata.get('scope');
  const lines = [
    ['Specification', found.text(metadata.get('spec_path'))],
    ['Patterns to follow', found.texts(scope.get('patterns_to_follow'))?.join(', ') ?? ''],
    ['Affected areas', found.texts(scope.get('affected_areas'))?.join(', ') ?? ''],
    ['Note', found.text(metadata.get('verification').get('greenfield_note'))],
  ];
  const said = lines.flatMap(([what, value]) => (value ? [`${what}: ${value}`] : []));
  return said.length === 0 ? [] : [said.join('\n')];
}

function scopeOf(metadata: FileNode, name: string, found: Findings): TaskValues {
  const scope = metadata.get('scope');
  found.map(scope);
  const sides = [scope.get('files_to_create'), scope.get('files_to_modify')];
  const paths = sides.flatMap((side) => found.texts(side) ?? []);
  if (paths.length === 0) {
    found.lacks(scope.isThere ? scope.at : metadata.at, name, 'scope');
    return {};
  }
  const { value, note } = patternsOf([...new Set(paths)]);
  return { scope: { value: { may: [...value] }, from: scope.at, ...(note === undefined ? {} : { note }) } };
}

function workerOf(node: FileNode, { metadata, name, found }: Of): TaskValues {
  const [model, owner] = [metadata.get('model'), node.get('owner')];
  const size = either(metadata.get('complexity'), node.get('complexity'));
  const complexity = found.word(size, { of: 'complexity', known: COMPLEXITIES });
  const role = found.word(metadata.get('role'), { of: 'role', known: ROLES });
  const [model_, owner_] = [found.text(model), found.text(owner)];
  if (complexity === null && model_ === null) found.lacks(metadata.at, name, 'complexity');
  const isPerson = owner_ !== null && !/^worker-\d+$/.test(owner_);
  if (role !== null && role !== 'implementer') {
    found.leaves(metadata.get('role').at, `role ${role} of ${name}`, 'Every task is worked on by whoever works');
  }
  return {
    ...(complexity === null ? {} : { mode: { value: complexity, from: size.at } }),
    ...(model_ === null ? {} : { model: { value: model_, from: model.at } }),
    ...(isPerson ? { owner: { value: owner_, from: owner.at } } : {}),
  };
}

/** The demoable unit that it belongs to. */
function unitOf(metadata: FileNode, found: Findings): TaskValues {
  const [number, titled] = [metadata.get('demoable_unit'), metadata.get('demoable_unit_title')];
  const [unit, title] = [found.text(number), found.text(titled)];
  if (unit === null && title === null) return {};
  const value = unit === null ? (title ?? '') : title === null ? `Unit ${unit}` : `Unit ${unit}: ${title}`;
  return { group: { value: value.slice(0, 100), from: unit === null ? titled.at : number.at } };
}

function leftOver(node: FileNode, { metadata, name, found }: Of): void {
  const commit = metadata.get('commit').get('template');
  if (found.text(commit) !== null) {
    found.leaves(commit.at, `commit template of ${name}: ${commit.text}`, 'What lands is called by land.message');
  }
  if (metadata.get('proof_capture').isThere) {
    const why = 'Nothing captures screens; what is to be seen stands in "done"';
    found.leaves(metadata.get('proof_capture').at, `proof_capture of ${name}`, why);
  }
  for (const key of FAILURES) {
    const said = metadata.get(key).text;
    const why = 'Only a run of its own tells an agent what went wrong before';
    if (said !== null) found.leaves(metadata.get(key).at, `${key} of ${name}: ${said.slice(0, 200)}`, why);
  }
  const unknown = [
    ...node.entries.filter((entry) => entry.isThere && !KNOWN.includes(entry.name)),
    ...metadata.entries.filter((entry) => entry.isThere && ![...KNOWN_METADATA, ...FAILURES].includes(entry.name)),
  ];
  for (const entry of unknown) {
    found.leaves(entry.at, `"${entry.name}" of ${name}`, 'It is no field of a task that is known');
  }
}
