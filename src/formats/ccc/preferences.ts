import type { PlanValues, Sourced } from '../draft.ts';
import { type FileNode, readYamlFile } from '../node.ts';
import type { SourceFile } from '../source.ts';
import type { Notes } from './notes.ts';
import { readMode } from './words.ts';

export type Preferences = {
  readonly values: PlanValues;
  /** For tasks that have none of their own. */
  readonly mode: Sourced<string> | null;
};

/** Groups of preferences, and the keys of those of which something is carried over. null: any. */
const GROUPS: Readonly<Record<string, readonly string[] | null>> = {
  gates: ['spec_approval', 'review_acceptance', 'pr_review'],
  execution: ['max_task_iterations', 'max_global_iterations', 'default_mode', 'retry_max_per_task', 'retry_max_global'],
  session: ['context_budget_pct', 'checkpoint_pct', 'max_parallel_subagents'],
  prompts: null,
  cowork: null,
  replan: null,
  style: null,
  planning: null,
  eval: null,
  review: null,
  scoring: null,
  circuit_breaker: null,
  agent_teams: null,
};

/** Preferences that a plan has settings for; the rest is told. */
export function readPreferences(file: SourceFile, notes: Notes): Preferences {
  const { root, faults } = readYamlFile(file);
  notes.diagnostics.push(...faults);
  if (root === null || root.value === null) return { values: {}, mode: null };
  if (!root.isMap) {
    notes.fault(root.at, 'no-map', {
      what: 'The preferences are no map',
      why: 'Each group has a name',
      next: 'Write for example: execution:',
    });
    return { values: {}, mode: null };
  }
  for (const group of root.entries) checkGroup(group, notes);
  const execution = root.get('execution');
  return {
    values: {
      ...attemptsIn(execution, notes),
      ...agentsIn(root.get('session'), notes),
      ...approvalIn(root.get('gates'), notes),
    },
    mode: modeIn(execution.get('default_mode'), notes),
  };
}

function checkGroup(group: FileNode, notes: Notes): void {
  const keys = Object.hasOwn(GROUPS, group.name) ? GROUPS[group.name] : undefined;
  if (keys === undefined) {
    notes.unknown(group.nameAt, group.name, { of: 'group of preferences', known: Object.keys(GROUPS) });
    return;
  }
  if (keys === null) {
    notes.leave(group.nameAt, `the preferences "${group.name}"`, 'A plan has no setting for them');
    return;
  }
  for (const { name, nameAt: at } of group.entries) {
    if (!keys.includes(name)) notes.unknown(at, name, { of: `preference of ${group.name}`, known: keys });
  }
}

/** A retry comes after the first attempt; the smaller of the two caps is the one that is met. */
function attemptsIn(execution: FileNode, notes: Notes): PlanValues {
  const tries = whole(execution.get('max_task_iterations'), [1, 20], notes);
  const retries = whole(execution.get('retry_max_per_task'), [1, 10], notes);
  for (const key of ['max_global_iterations', 'retry_max_global']) {
    const node = execution.get(key);
    if (node.isThere)
      notes.leave(node.at, `${key}: ${node.text ?? ''}`, 'A plan has no cap on the attempts of all tasks together');
  }
  const caps = [
    ...(tries === null ? [] : [{ ...tries, note: 'max_task_iterations' }]),
    ...(retries === null
      ? []
      : [{ value: retries.value + 1, from: retries.from, note: 'retry_max_per_task, and the first attempt' }]),
  ];
  const [least] = caps.sort((a, b) => a.value - b.value);
  return least === undefined ? {} : { attempts: least };
}

function agentsIn(session: FileNode, notes: Notes): PlanValues {
  const max = whole(session.get('max_parallel_subagents'), [1, 10], notes);
  for (const key of ['context_budget_pct', 'checkpoint_pct']) {
    const node = session.get(key);
    if (node.isThere)
      notes.leave(node.at, `${key}: ${node.text ?? ''}`, 'A plan has no threshold for how full a context is');
  }
  return max === null ? {} : { agents: { value: { max: max.value }, from: max.from, note: 'max_parallel_subagents' } };
}

/** Branchline asks a person once, before anything starts: for a plan, as its first two gates do for a spec. */
function approvalIn(gates: FileNode, notes: Notes): PlanValues {
  const nodes = ['spec_approval', 'review_acceptance', 'pr_review']
    .map((key) => gates.get(key))
    .filter(({ isThere }) => isThere);
  for (const { at, value, name } of nodes) {
    if (typeof value !== 'boolean')
      notes.unknown(at, String(value), { of: `value of ${name}`, known: ['true', 'false'] });
  }
  const request = gates.get('pr_review');
  if (request.value === true)
    notes.leave(request.at, 'the gate pr_review', 'What passes its checks lands without a pull request');
  const asked = nodes.find(({ name, value }) => name !== 'pr_review' && value === true);
  if (asked !== undefined) return { approval: { value: 'plan', from: asked.at, note: asked.name } };
  const [first] = nodes.filter(({ name }) => name !== 'pr_review');
  return first === undefined ? {} : { approval: { value: 'none', from: first.at, note: 'no gate before the work' } };
}

function modeIn(node: FileNode, notes: Notes): Sourced<string> | null {
  if (!node.isThere) return null;
  const mode = readMode(node.text ?? String(node.value), node.at, notes);
  return mode === null ? null : { ...mode, note: 'default_mode' };
}

function whole(node: FileNode, [from, to]: readonly [number, number], notes: Notes): Sourced<number> | null {
  if (!node.isThere) return null;
  const { number } = node;
  if (number !== null && Number.isInteger(number) && number >= from && number <= to)
    return { value: number, from: node.at };
  const next = `Write a whole number from ${from} to ${to}`;
  const what = `${node.name} cannot be "${String(node.value).slice(0, 40)}"`;
  notes.fault(node.at, 'bad-value', { what, why: 'It is out of its range', next });
  return null;
}
