import type { RunEvent, TaskEvent } from '../../src/core/event.ts';
import { isTaskEvent } from '../../src/core/event.ts';
import type { Plan, Task, TaskId } from '../../src/core/plan.ts';
import type { RunView } from '../../src/core/run.ts';
import { tokensOf } from '../../src/core/spent.ts';
import { stagesOf, wavesOf } from '../../src/core/stages.ts';
import { statusOf } from '../../src/core/status-of.ts';
import type { Instant } from '../../src/core/time.ts';
import { naiveRelations } from './naive-relations.ts';
import { FREE, type Truth } from './truth.ts';

/** Something that must never be so was seen. */
export class Violated extends Error {}

function must(holds: boolean, sentence: string): void {
  if (!holds) throw new Violated(sentence);
}

/** Checks an event against what was true just before it: most rules are about what may begin. */
export function checkEvent(truth: Truth, event: RunEvent, now: Instant): void {
  if (event.type === 'run-ended') {
    const open = [...truth.tasks].filter(([, { state }]) => !TERMINAL.includes(state.is));
    must(open.length === 0, `the run ended with ${open.map(([id, { state }]) => `${id} ${state.is}`).join(', ')}`);
    const due = truth.in('landed').length > 0 ? truth.plan.finalChecks.length : 0;
    must(truth.finalChecks >= Math.min(due, 1), 'the run ended without its final checks');
  }
  if (event.type === 'budget-reached') checkReached(truth, event);
  if (!isTaskEvent(event)) return;
  checkFence(truth, event);
  if (event.type === 'task-started') checkStart(truth, event, now);
  if (event.type === 'task-skipped') checkSkip(truth, event);
  if (event.type === 'task-woken') checkWake(truth, event, now);
  if (event.type === 'task-landing') checkLanding(truth, event);
  if (event.type === 'attempt-failed') checkRemedy(truth, event, now);
}

/** Nobody says that a budget is used up which is not. */
function checkReached(truth: Truth, event: Extract<RunEvent, { type: 'budget-reached' }>): void {
  const { level, of, unit, spent, cap, until } = event;
  must(spent >= cap - 1e-6, `the budget of ${of ?? level} is said to be used up with ${spent} of ${cap} ${unit}`);
  const sum = level === 'run' ? truth.spent : level === 'task' && of !== null ? truth.of(of).spent : null;
  must(sum === null || Math.abs(sum[unit] - spent) < 1e-6, `${spent} ${unit} of ${of ?? level} were told`);
  if (level === 'attempt') return;
  const before = truth.journal.filter(({ event: each }) => {
    if (each.type !== 'budget-reached') return false;
    return (
      JSON.stringify([each.level, each.of, each.unit, each.cap, each.until]) ===
      JSON.stringify([level, of, unit, cap, until])
    );
  });
  must(before.length === 0, `the budget of ${of ?? level} was told twice`);
}

const TERMINAL: readonly string[] = ['landed', 'failed', 'skipped', 'cancelled'];
const ACTIVE = ['working', 'stopping'] as const;

/** Nobody listens to an abandoned attempt. */
function checkFence(truth: Truth, event: TaskEvent): void {
  const { fence, state } = truth.of(event.task);
  must(
    event.type === 'worktree-rescued' ||
      state.is !== 'landed' ||
      event.type === 'agent-ended' ||
      event.type === 'agent-spent',
    `${event.type} after ${event.task} landed`,
  );
  if (event.type === 'worktree-rescued' || event.type === 'task-ready' || state.is === 'waiting') return;
  if (event.type === 'agent-spent') {
    must(event.attempt <= fence, `attempt ${event.attempt} of ${event.task} spent before it began`);
    return;
  }
  const expected = event.type === 'task-taken-over' ? fence + 1 : fence;
  must(
    event.attempt === expected,
    `${event.type} of attempt ${event.attempt} was taken, but ${event.task} is at ${expected}`,
  );
}

function checkStart(truth: Truth, { task: id, attempt }: TaskEvent, now: Instant): void {
  must(!truth.paused, `${id} started in a paused run`);
  must(!truth.isOver(now), `${id} started after the deadline, or beyond the attempts of the run`);
  must(!truth.isSpentUp(id, now), `${id} started on a budget that is used up`);
  const { plan } = truth;
  const task = truth.task(id);
  if (task === undefined) return;
  for (const need of naiveRelations(plan).before(id)) {
    must(truth.tasks.get(need)?.state.is === 'landed', `${id} started before ${need} had landed`);
  }
  for (const [other, { held, takenOver }] of truth.tasks) {
    if (other === id || !held || takenOver || truth.of(id).takenOver) continue;
    const clash = clashOf(plan, task, truth.task(other));
    must(clash === null, `${id} started while ${other} holds ${clash}`);
  }
  checkAccount(truth, task, now);
  if (attempt === 1) checkParts(truth, task);
}

/** What both would write, or null. */
function clashOf({ shared, overlap }: Plan, a: Task, b: Task | undefined): string | null {
  const common = a.scope?.may.filter((pattern) => b?.scope?.may.includes(pattern)) ?? [];
  return common.find((pattern) => overlap !== 'branch' || shared.includes(pattern)) ?? null;
}

function checkAccount(truth: Truth, task: Task, now: Instant): void {
  const name = task.agent ?? truth.plan.agents.default;
  const account = truth.plan.agents.use[name]?.account ?? name;
  const limit = truth.limits.get(account);
  must(limit === undefined || limit.until <= now, `${task.id} started while ${account} was limited`);
  must(limit === undefined || limit.probe === null, `${task.id} started beside a probe of ${account}`);
}

/** Strict batches and groups: nothing of a later part begins before the last one has ended. */
function checkParts(truth: Truth, task: Task): void {
  const { plan } = truth;
  if (truth.amended) return;
  const relations = naiveRelations(plan);
  const order = plan.tasks.map((_, index) => index);
  const at = plan.tasks.indexOf(task);
  if (plan.batches.strict && plan.batches.size === null) {
    const waves = wavesOf(plan, { relations, order });
    const early = plan.tasks.find(({ id }, index) => truth.of(id).held && (waves[index] ?? 0) < (waves[at] ?? 0));
    must(early === undefined, `${task.id} started before the wave of ${early?.id} had ended`);
  }
  // A person who revives a task of an earlier batch or group sets that one going again beside the open one.
  if ([...truth.tasks.values()].some(({ persons, takenOver }) => persons > 0 || takenOver)) return;
  if (plan.batches.strict && plan.batches.size !== null) {
    const held = plan.tasks.filter(({ id }) => truth.of(id).held && truth.of(id).fence === 1).length;
    must(
      held < plan.batches.size || truth.of(task.id).held,
      `${task.id} makes a batch of more than ${plan.batches.size}`,
    );
  }
  checkInvocation(truth, task);
}

/** A run that waits for a person does not begin more in one invocation than the person let go on. */
function checkInvocation(truth: Truth, task: Task): void {
  const { plan } = truth;
  if (plan.continue === 'auto') return;
  if (plan.continue === 'per-group' && plan.tasks.every(({ group }) => group === null)) return;
  if (plan.continue === 'per-batch-human') {
    const begun = new Set([...truth.begunSinceResume, task.id]).size;
    const size = plan.batches.size ?? plan.agents.max ?? Number.POSITIVE_INFINITY;
    must(begun <= size, `${task.id} is one more than the ${size} of a batch`);
    return;
  }
  const relations = naiveRelations(plan);
  const order = plan.tasks.map((_, index) => index);
  const at = plan.tasks.indexOf(task);
  const stages = stagesOf(plan, { relations, order });
  for (const id of truth.begunSinceResume) {
    const other = stages[plan.tasks.findIndex((each) => each.id === id)];
    must(
      other === undefined || (stages[at] ?? 0) <= other,
      `${task.id} started in the invocation of an earlier group (${id})`,
    );
  }
}

function checkSkip(truth: Truth, { task: id }: TaskEvent): void {
  const open = truth.in(
    'working',
    'stopping',
    'reported',
    'verifying',
    'verified',
    'landing',
    'resting',
    'asking',
    'blocked',
  );
  must(open.length === 0, `${id} was skipped while ${open.join(', ')} could still go on`);
  const relations = naiveRelations(truth.plan);
  const hopeful = truth
    .in('ready')
    .filter((each) => relations.before(each).every((need) => truth.of(need).state.is === 'landed'));
  must(hopeful.length === 0, `${id} was skipped while ${hopeful.join(', ')} could still start`);
  const lost = relations
    .before(id)
    .some((need) => ['failed', 'cancelled', 'skipped'].includes(truth.of(need).state.is));
  must(lost, `${id} was skipped though nothing that it needs has failed`);
}

function checkWake(truth: Truth, { task: id }: TaskEvent, now: Instant): void {
  const { restsUntil } = truth.of(id);
  must(restsUntil === null || restsUntil <= now, `${id} woke before its rest was over`);
}

/** The target only ever moves to a tree that was verified on it. */
function checkLanding(truth: Truth, { task: id }: TaskEvent): void {
  const { state } = truth.of(id);
  must(
    state.is === 'verified' && state.merged.onto === truth.tip,
    `${id} lands on ${truth.tip}, which it was not verified on`,
  );
}

/** No retry without a budget and a rest; the same failure twice is a person's. */
function checkRemedy(truth: Truth, event: Extract<TaskEvent, { type: 'attempt-failed' }>, now: Instant): void {
  const { task: id, because, then } = event;
  const { costly, persons, lastFailure } = truth.of(id);
  if (then.do !== 'rest') {
    must(
      because.reason !== 'limited' && because.reason !== 'engine-stopped' && because.reason !== 'past-deadline',
      `${because.reason} is no reason to trouble a person`,
    );
    return;
  }
  must(
    then.counts === !FREE.has(because.reason),
    `${because.reason} ${then.counts ? 'cost' : 'did not cost'} an attempt`,
  );
  if (because.reason === 'limited') must(then.until >= Math.max(now, because.until ?? 0), 'a limit was not waited for');
  if (FREE.has(because.reason)) return;
  must(costly + 1 < truth.plan.attempts.max + persons, `${id} got more attempts than it has`);
  must(then.until >= now + truth.plan.attempts.backoff_ms / 2, `${id} came back without a rest`);
  must(JSON.stringify(lastFailure?.because) !== JSON.stringify(because), `${id} tries again after failing twice alike`);
}

/** Checks what must be so at every moment. */
export function checkMoment(truth: Truth, view: RunView, now: Instant): void {
  checkCaps(truth);
  const train = truth.in('verifying', 'verified', 'landing');
  must(train.length <= 1, `${train.join(' and ')} are on the train at once`);
  checkStatus(truth, view, now);
}

function checkCaps(truth: Truth): void {
  const { plan } = truth;
  const active = truth.in(...ACTIVE).flatMap((id) => truth.task(id) ?? []);
  const { max, maxReadonly } = plan.agents;
  const sequential = !plan.parallel.enabled;
  const readers = active.filter(({ kind }) => kind === 'research').length;
  const writers = active.length - readers;
  const cap = sequential ? 1 : (max ?? Number.POSITIVE_INFINITY);
  const own = sequential ? null : maxReadonly;
  must(own === null ? active.length <= cap : writers <= cap && readers <= own, `${active.length} attempts at work`);
  must(
    truth.in(...ACTIVE).filter((id) => truth.of(id).account === 'acme').length <= 2,
    'more than two attempts of one account',
  );
  const resources = active.flatMap((task) => task.resources);
  must(new Set(resources).size === resources.length, `a resource is held twice: ${resources.join(', ')}`);
}

/** Every number on a screen was counted. */
function checkStatus(truth: Truth, view: RunView, now: Instant): void {
  const status = statusOf(view, now);
  must(status.places.used === truth.in(...ACTIVE).length, `${status.places.used} places shown in use`);
  must(tokensOf(status.spent) === truth.spent.tokens, `${tokensOf(status.spent)} tokens shown`);
  must(Math.abs(status.spent.usd - truth.spent.usd) < 1e-6, `${status.spent.usd} dollars shown`);
  must(status.questions.length === truth.in('asking').length, `${status.questions.length} questions shown`);
  for (const { id, state, attempts, attempt } of status.tasks) {
    const { state: is, costly, fence } = truth.of(id);
    must(state === is.is, `${id} is shown ${state} and is ${is.is}`);
    must(attempt === fence || is.is === 'waiting', `${id} is shown at attempt ${attempt} and is at ${fence}`);
    must(
      attempts.used - costly <= 1 && attempts.used >= costly,
      `${id} is shown with ${attempts.used} attempts, ${costly} counted`,
    );
  }
  const counted = Object.values(status.counts).reduce((sum, count) => sum + count, 0);
  must(counted === status.tasks.length, `${counted} tasks counted, ${status.tasks.length} shown`);
  for (const { id } of truth.plan.tasks)
    must(
      status.tasks.some((each) => each.id === id),
      `${id} is not shown`,
    );
}

/** No place stands idle while a task could take it. */
export function checkNobodyIdles(truth: Truth, now: Instant): void {
  if (truth.paused || truth.ended || truth.plan.batches.strict || truth.plan.continue !== 'auto') return;
  const active = truth.in(...ACTIVE).flatMap((id) => truth.task(id) ?? []);
  if (active.length > 0) return;
  for (const id of truth.in('ready')) {
    const task = truth.task(id);
    const needs = naiveRelations(truth.plan).before(id);
    if (task === undefined || needs.some((need) => truth.of(need).state.is !== 'landed')) continue;
    const held = [...truth.tasks].some(
      ([other, { held }]) => other !== id && held && clashOf(truth.plan, task, truth.task(other)) !== null,
    );
    const name = task.agent ?? truth.plan.agents.default;
    const limit = truth.limits.get(truth.plan.agents.use[name]?.account ?? name);
    must(
      truth.isSpentUp(id, now) || truth.isOver(now) || held || (limit !== undefined && limit.until > now),
      `${id} could start, and nobody works`,
    );
  }
}

export function mustBe(holds: boolean, sentence: string): void {
  must(holds, sentence);
}

/** Everything that a view says, as text: two views of one journal must say the same. */
export function portrait(view: RunView, now: Instant, ids: readonly TaskId[]): string {
  return JSON.stringify([
    statusOf(view, now),
    ids.map((id) => [view.recordOf(id), view.carriedOver(id)]),
    [...view.held].sort(),
    [...view.ready()].map(({ id }) => id),
    [...view.unblocked].map(({ id }) => id).sort(),
    [...view.hopeless].sort(),
    view.accounts.all(now),
    view.spent,
    view.budgets.dayUntil(now),
    view.tip,
  ]);
}
