import { handBranch } from '../../core/branch-name.ts';
import { code } from '../../core/brief/fence.ts';
import { isReadOnly, type TaskId } from '../../core/plan.ts';
import { capOf, worktreeOf } from './ccc.ts';
import { execOf } from './exec-mode.ts';
import type { PromptFacts } from './facts.ts';
import { issueLink, shortLink } from './issue-link.ts';
import { letters, phasesOf, soldiersOf, trackNames, trackTitle } from './names.ts';
import { batchesOf } from './order.ts';
import { agentOf, and, table } from './texts.ts';

/** What a person agrees to before sessions are opened: who does what, how, and for how much. */
export function dispatchTable(facts: PromptFacts): string {
  const { plan, order } = facts;
  const phases = phasesOf(plan, order);
  const tasks = [...plan.tasks].sort((a, b) => (phases.get(a.id)?.batch ?? 0) - (phases.get(b.id)?.batch ?? 0));
  const rows = tasks.map((task, at) => {
    const usd = capOf(facts, task);
    return [
      `S-${letters(at)}`,
      issuesIn(task.issues),
      `${phases.get(task.id)?.id}: ${phases.get(task.id)?.focus}`,
      execOf(plan, task).exec,
      usd === null ? 'unknown' : `~$${usd}`,
      agentOf(facts, task) ?? 'any',
      worktreeOf(facts, task),
    ];
  });
  const costs = tasks.map((task) => capOf(facts, task));
  const known = costs.flatMap((usd) => usd ?? []);
  const sum = `~$${Math.round(known.reduce((all, usd) => all + usd, 0) * 100) / 100}`;
  const batches = new Set([...phases.values()].map(({ batch }) => batch)).size;
  const unknown = costs.length - known.length;
  return `${table(['Session', 'Issue', 'Focus', 'Mode', 'Est. Cost', 'Agent', 'Worktree'], rows)}\n\nSessions: ${tasks.length} in ${batches} ${batches === 1 ? 'batch' : 'batches'}. Cost: ${known.length === 0 ? 'unknown' : sum}${unknown > 0 && known.length > 0 ? `, and ${unknown} unknown` : ''}.`;
}

const issuesIn = (refs: readonly string[]): string =>
  refs.length === 0 ? '—' : refs.map((ref) => shortLink(issueLink(ref))).join(', ');

/** One line per track, with agents numbered as they stand in the plan. */
export function summaryTable({ plan, order }: PromptFacts): string {
  const numbers = new Map(plan.tasks.map(({ id }, at) => [id, at + 1]));
  const rows = plan.tasks.map((task) => {
    const before = order.before.get(task.id) ?? [];
    const after = before.map((id) => numbers.get(id)).join('+');
    return [
      String(numbers.get(task.id)),
      trackTitle(task),
      isReadOnly(task) ? 'analysis' : 'code',
      soldiersOf(task).join(', ') || '—',
      task.issues.map((ref) => issueLink(ref).key).join(', ') || '—',
      before.length === 0 ? 'None' : `After ${after}`,
      before.length === 0 ? 'Now' : 'After merge',
    ];
  });
  return table(['Agent', 'Track', 'Type', 'Soldiers', 'Issues', 'Dependencies', 'Can Start'], rows);
}

/** Who may be launched when; in ccc the next batch waits for the whole of the one before. */
export function launchTable(facts: PromptFacts): string {
  const { plan, order, style } = facts;
  const names = trackNames(plan);
  const name = (id: TaskId): string => names.get(id) ?? code(id);
  const inBatches = style === 'ccc' || style === 'outside' || plan.batches.strict;
  const phases = inBatches ? batchesOf(plan, order) : order.phases;
  const rows = phases.map((phase, at) => {
    const needed = new Set(phase.flatMap((id) => order.before.get(id) ?? []));
    const waited = inBatches ? (phases[at - 1] ?? []) : plan.tasks.map(({ id }) => id).filter((id) => needed.has(id));
    const start = waited.length === 0 ? 'Now' : `After ${and(waited.map(name))} merge`;
    return [String(at + 1), phase.map(name).join(', '), start];
  });
  return table(['Phase', 'Tracks', 'Can start'], rows);
}

/** Where each track works, for who merges it. */
export function branchTable({ plan }: PromptFacts, checks: (id: TaskId) => string): string {
  const names = trackNames(plan);
  const rows = plan.tasks.map((task) => [
    names.get(task.id) ?? code(task.id),
    code(handBranch(plan, task)),
    (isReadOnly(task) ? task.artifacts : (task.scope?.may ?? [])).map(code).join(', ') || '—',
    checks(task.id),
  ]);
  return table(['Track', 'Branch', 'May touch', 'Check'], rows);
}
