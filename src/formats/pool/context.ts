import type { PlanValues, Sourced } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { FileNode } from '../node.ts';

const KEYS = ['parallelization', 'skill_chains', 'overrides'] as const;
const PARALLELIZATION = [
  'enabled',
  'min_tasks',
  'max_agents',
  'auto_cleanup',
  'retry_on_failure',
  'min_complexity',
  'require_integration_validation',
  'worktree_base',
  'branch_prefix',
] as const;
const OVERRIDES = ['skip_decomposer', 'skip_parallel', 'force_parallel'] as const;

type Parallel = { enabled?: boolean; 'min-tasks'?: number; force?: boolean };

/** Settings of `auto-context.yaml` as those of a plan. A key that the system does not have is a fault. */
export function contextValues(root: FileNode, found: Findings): PlanValues {
  if (found.map(root) === null) return {};
  found.only(root, KEYS);
  const settings = root.get('parallelization');
  const overrides = root.get('overrides');
  if (found.map(settings) !== null) found.only(settings, PARALLELIZATION);
  if (found.map(overrides) !== null) found.only(overrides, OVERRIDES);
  for (const chain of root.get('skill_chains').entries) {
    found.leaves(chain.at, `skill_chains.${chain.name}`, 'Which skills an agent uses is its own affair');
  }
  leftSettings(settings, found);
  if (overrides.get('skip_decomposer').isThere) {
    found.leaves(overrides.get('skip_decomposer').at, 'overrides.skip_decomposer', 'The tasks are there already');
  }
  return {
    ...given('parallel', parallelOf(settings, overrides, found)),
    ...given('agents', maxOf(settings.get('max_agents'), found)),
    ...given('attempts', attemptsOf(settings.get('retry_on_failure'), found)),
    ...given('cleanup', cleanupOf(settings.get('auto_cleanup'), found)),
    ...given('branch', branchOf(settings.get('branch_prefix'), found)),
  };
}

function given<F extends keyof PlanValues>(field: F, value: PlanValues[F] | null): PlanValues {
  return value === null ? {} : { [field]: value };
}

function parallelOf(settings: FileNode, overrides: FileNode, found: Findings): Sourced<Parallel> | null {
  const nodes = [
    settings.get('enabled'),
    settings.get('min_tasks'),
    ...OVERRIDES.slice(1).map((key) => overrides.get(key)),
  ];
  const first = nodes.find(({ isThere }) => isThere);
  if (first === undefined) return null;
  const enabled = found.flag(settings.get('enabled'));
  const least = found.whole(settings.get('min_tasks'));
  const skip = found.flag(overrides.get('skip_parallel'));
  const force = found.flag(overrides.get('force_parallel'));
  if (skip === true && force === true) {
    found.fault(overrides.get('force_parallel').at, 'contradiction', {
      what: 'skip_parallel and force_parallel are both true',
      why: 'One asks for one task at a time, and the other for several',
      next: 'Keep one of them',
    });
  }
  const value = {
    ...(skip === true ? { enabled: false } : enabled === null ? {} : { enabled }),
    ...(least === null ? {} : { 'min-tasks': least }),
    ...(force === null ? {} : { force }),
  };
  const note = skip === true ? 'skip_parallel is true' : undefined;
  return { value, from: first.at, ...(note === undefined ? {} : { note }) };
}

function maxOf(node: FileNode, found: Findings): Sourced<{ max: number }> | null {
  const max = found.whole(node);
  return max === null ? null : { value: { max }, from: node.at };
}

/** What is tried again so often is tried once more than that in all. */
function attemptsOf(node: FileNode, found: Findings): Sourced<{ max: number }> | null {
  const again = found.whole(node);
  if (again === null) return null;
  return { value: { max: again + 1 }, from: node.at, note: `${again} more after the first` };
}

function cleanupOf(node: FileNode, found: Findings): Sourced<{ auto: boolean }> | null {
  const auto = found.flag(node);
  return auto === null ? null : { value: { auto }, from: node.at };
}

function branchOf(node: FileNode, found: Findings): Sourced<string> | null {
  const prefix = found.text(node);
  return prefix === null ? null : { value: `${prefix}{task}`, from: node.at, note: 'the prefix and the task' };
}

function leftSettings(settings: FileNode, found: Findings): void {
  const reasons = {
    min_complexity: 'Whether several places help is decided by scopes and needs',
    require_integration_validation: 'What lands is always checked on the merged tree',
    worktree_base: 'Where worktrees are kept is a setting of the machine: state-dir',
  };
  for (const [key, why] of Object.entries(reasons)) {
    const node = settings.get(key);
    if (node.isThere) found.leaves(node.at, `parallelization.${key}: ${String(node.text ?? node.value)}`, why);
  }
}
