import { randomUUID } from 'node:crypto';
import type { Continuation } from '../core/continuation.ts';
import { isReadOnly, type Plan, type Task } from '../core/plan.ts';
import type { AgentSpec } from '../core/ports/agent.ts';
import type { Claim } from './attempt.ts';
import { type Context, planOf, taskOf } from './context.ts';
import { environmentOf } from './environment.ts';
import { markOf } from './parts.ts';
import type { Prepared } from './prepare.ts';
import { choiceFor, questionRules } from './settings.ts';
import { LOG_BYTES_MAX } from './setup.ts';
import { personOf } from './surroundings.ts';

/** Everything that a driver needs to know to start the agent of an attempt; null: the plan names an agent that nobody described. */
export function agentSpec(context: Context, { key }: Claim, prepared: Prepared): AgentSpec | null {
  const { parts } = context;
  const task = taskOf(context, key.task);
  const { use, model, launch, permissions } = choiceFor(context, key.task);
  if (use === undefined) return null;
  const { slot, folder, brief, desk, continuation } = prepared;
  const rules = questionRules(context, key.task);
  const asking = {
    BRANCHLINE_DESK: desk,
    BRANCHLINE_QUESTIONS: rules.policy,
    BRANCHLINE_ASK_WAIT_MS: String(Math.min(rules.wait_ms, ASK_WAIT_MS_MAX)),
  };
  const person = personOf(context, key.task);
  return {
    key,
    argv: use.command,
    profile: use.profile,
    cwd: slot.dir,
    env: {
      ...environmentOf(context, { slot, key, task, agent: { ...person, ...use.env } }),
      ...asking,
      BRANCHLINE_BRIEF: brief,
      BRANCHLINE_REPORT: `${folder}/report.md`,
    },
    model,
    launch,
    permissions,
    // Whoever only looks may write nothing, whatever its scope says; a research task has its artifacts.
    outOfScope: launch === 'read-only' && !isReadOnly(task) ? (paths) => paths : scopeNow(context, key.task),
    scopeInWords: scopeInWords(task),
    questions: rules.policy,
    brief,
    briefOnStdin: use.briefOnStdin,
    session: randomUUID(),
    resume: resumed(continuation, prepared.opening),
    tools: parts.agentTools === null ? null : { argv: parts.agentTools, env: asking },
    log: `${folder}/agent.log`,
    logBytes_max: LOG_BYTES_MAX,
    mark: markOf(key.run, key.task, key.attempt),
  };
}

/** The scope as the plan says at the moment of asking: a person may widen it while the agent works. */
function scopeNow(context: Context, id: string): AgentSpec['outOfScope'] {
  let known: { readonly plan: Plan; readonly outOfScope: AgentSpec['outOfScope'] } | null = null;
  return (paths) => {
    const plan = planOf(context);
    if (known?.plan !== plan) known = { plan, outOfScope: context.parts.outOfScope(plan, taskOf(context, id)) };
    return known.outOfScope(paths);
  };
}

/** Some agents give a tool call up after a minute. */
const ASK_WAIT_MS_MAX = 45_000;

const resumed = (continuation: Continuation, text: string): AgentSpec['resume'] =>
  continuation.is === 'session' ? { session: continuation.session, text } : null;

const scopeInWords = ({ scope, kind, artifacts }: Task): string =>
  kind === 'research' ? `nothing but ${artifacts.join(', ')}` : (scope?.may.join(', ') ?? 'whatever the task needs');
