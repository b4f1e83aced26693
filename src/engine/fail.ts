import { hasStandIn } from '../core/agent-choice.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { remedyFor } from '../core/retry.ts';
import { type Context, type Failed, isCurrent, planOf, taskOf } from './context.ts';
import { choiceFor, limitsOf } from './settings.ts';

/** Writes down that an attempt gave nothing to land, and what happens next. Policy is in `core/retry.ts`. */
export async function failAttempt(context: Context, key: AttemptKey, failed: Failed): Promise<void> {
  if (!isCurrent(context, key)) return;
  const { parts, journal } = context;
  const { because, rescue } = failed;
  const now = parts.clock.now();
  const plan = planOf(context);
  const task = taskOf(context, key.task);
  const record = journal.view.recordOf(key.task);
  const then = remedyFor(because, {
    key,
    history: record,
    limits: limitsOf(plan, task),
    now,
    jitter: parts.random(),
    outOfScope: plan.outOfScope,
    standIn: hasStandIn(plan, task, [...record.failures, { agent: record.agent, because }]),
  });
  const { account } = choiceFor(context, key.task);
  const limit =
    because.reason === 'limited' && account !== null && then.do === 'rest'
      ? [{ type: 'account-limited', account, until: then.until, message: because.message } as const]
      : [];
  await journal.append([
    ...limit,
    { type: 'attempt-failed', task: key.task, attempt: key.attempt, because, then, rescue },
  ]);
}
