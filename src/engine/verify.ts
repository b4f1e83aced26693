import type { Failure } from '../core/failure.ts';
import type { Oid } from '../core/ports/git.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Merged } from '../core/task.ts';
import { runChecks } from './checks.ts';
import { type Context, isCurrent, planOf, taskOf } from './context.ts';
import { audit } from './evidence.ts';
import { failAttempt } from './fail.ts';
import { soundTip } from './tip.ts';

/**
 * Merges a report onto the target's tip, looks at what exactly that changes, and runs the checks on the merged tree.
 * The commit that passes is the commit that lands: nothing is rebuilt in between.
 */
export async function verify(context: Context, key: AttemptKey, report: Report): Promise<void> {
  const { commit, signal } = report;
  const tip = await soundTip(context);
  const verdict = tip.ok ? await verdictOn(context, key, { commit, tip: tip.value, signal }) : tip;
  // A check that we ourselves ended says nothing about the work: the next engine verifies again.
  if (signal.aborted || !isCurrent(context, key)) return;
  // Trouble of ours is tried again by whoever called, before finished work is sent back for it.
  if (tip.ok && !verdict.ok && verdict.error.reason === 'workspace') throw new Error(verdict.error.message);
  if (verdict.ok) await context.journal.append([{ type: 'task-verified', ...fence(key), merged: verdict.value }]);
  else await failAttempt(context, key, { because: verdict.error, rescue: await keep(context, key, commit) });
  context.notify();
}

/** The commit that an attempt reported; `signal` ends its checks. */
export type Report = { readonly commit: Oid; readonly signal: AbortSignal };
type Verifiable = Report & { readonly tip: Oid };

async function verdictOn(context: Context, key: AttemptKey, candidate: Verifiable): Promise<Result<Merged, Failure>> {
  const { commit, tip, signal } = candidate;
  const { repository } = context.parts;
  const plan = planOf(context);
  const task = taskOf(context, key.task);
  if (await repository.isAncestor(commit, tip)) return nothingToLand(context, key, candidate);
  const merged = await repository.merge(tip, commit);
  if (!merged.ok) return err({ reason: 'workspace', message: merged.error.stderr });
  if (!merged.value.clean) return err({ reason: 'conflict', paths: merged.value.conflicts, onto: tip });
  const audited = await audit(context, { tree: merged.value.tree, tip, plan, task });
  if (!audited.ok) return err(audited.error);
  const tree = audited.value;
  const quarantined = tree !== merged.value.tree;
  if (quarantined) await keep(context, key, commit);
  // What was left out must not come in through the history either.
  const parents = plan.land.as === 'squash' || quarantined ? [tip] : [tip, commit];
  const landing = await repository.commit({ tree, parents, message: messageOf(context, key) });
  await repository.pin(pinOf(key), landing);
  const checked = await runChecks(context, {
    key,
    commit: landing,
    commands: [...task.checks, ...plan.checks],
    signal,
  });
  return checked.ok ? ok({ commit: landing, onto: tip }) : err(checked.error);
}

/** A declared no-change, or work that is already on the target: its checks count all the same. */
async function nothingToLand(
  context: Context,
  key: AttemptKey,
  { tip, signal }: Verifiable,
): Promise<Result<Merged, Failure>> {
  const task = taskOf(context, key.task);
  const checked = await runChecks(context, { key, commit: tip, commands: task.checks, signal });
  return checked.ok ? ok({ commit: tip, onto: tip }) : err(checked.error);
}

function messageOf(context: Context, key: AttemptKey): string {
  const plan = planOf(context);
  const { title, issues } = taskOf(context, key.task);
  const subject = (plan.land.message ?? '{title}')
    // By functions: in a text, `$&` and its like would mean something.
    .replaceAll('{title}', () => title)
    .replaceAll('{task}', () => key.task)
    .replaceAll('{plan}', () => plan.name);
  const refs = issues.map((issue) => `Branchline-Issue: ${issue}\n`).join('');
  return `${subject}\n\nBranchline-Run: ${key.run}\nBranchline-Task: ${key.task}\nBranchline-Attempt: ${key.attempt}\n${refs}`;
}

/** Work that was sent back stays reachable. */
async function keep(context: Context, key: AttemptKey, commit: Oid): Promise<string> {
  const ref = `refs/branchline/rescue/${key.run}/${key.task}/${key.attempt}/reported`;
  await context.parts.repository.pin(ref, commit);
  return ref;
}

export const pinOf = ({ run, task }: AttemptKey): string => `refs/branchline/pin/${run}/${task}/landing`;
const fence = ({ task, attempt }: AttemptKey): { task: string; attempt: number } => ({ task, attempt });
