import type { Action } from '../../src/core/action.ts';
import { amendment, consequences } from '../../src/core/amend.ts';
import { DEADLINE, isPastDeadline } from '../../src/core/deadline.ts';
import { decide } from '../../src/core/decide.ts';
import type { RunEvent, TaskEvent } from '../../src/core/event.ts';
import type { Failure } from '../../src/core/failure.ts';
import { intentOf } from '../../src/core/intent.ts';
import type { TaskId } from '../../src/core/plan.ts';
import { remedyFor } from '../../src/core/retry.ts';
import { RunView } from '../../src/core/run.ts';
import { tokensOf } from '../../src/core/spent.ts';
import { standing } from '../../src/core/standing.ts';
import type { Instant } from '../../src/core/time.ts';
import type { Chance } from './chance.ts';
import { checkEvent, checkMoment, checkNobodyIdles, mustBe, portrait } from './invariants.ts';
import { naiveRelations } from './naive-relations.ts';
import { plainTask, randomPlan } from './plans.ts';
import { Purse, raised, randomSpent } from './purse.ts';
import { Truth } from './truth.ts';

/** Something under way outside the core: it speaks at `due`, whether anybody still listens or not. */
type Flight = { readonly due: Instant; readonly task: TaskId; readonly attempt: number; readonly speak: () => void };
export type Tally = {
  entries: number;
  refused: number;
  crashes: number;
  steps: number;
  /** Runs that were paused by their deadline, and agents that it ended. */
  deadlines: number;
  late: number;
  /** How often a budget was used up, by its level. */
  budgets: Record<string, number>;
  ends: Record<string, number>;
};

const STEPS_MAX = 3_000;
/** After so many steps people and chance stop making trouble, so that every run can come to its end. */
const TROUBLE_STEPS = 60;

/** One run of one random plan in a made-up world: agents, people, crashes and clocks all come from the seed. */
export class World {
  readonly #chance: Chance;
  readonly #truth: Truth;
  readonly #tally: Tally;
  #view: RunView;
  #flights: Flight[] = [];
  #zombies: TaskEvent[] = [];
  #now: Instant = 1_000_000;
  #step = 0;
  #tips = 0;
  #raises = 0;
  readonly #purse = new Purse();

  constructor(chance: Chance, tally: Tally) {
    this.#chance = chance;
    this.#tally = tally;
    const plan = randomPlan(chance);
    this.#truth = new Truth(plan);
    this.#view = new RunView({ relationsOf: naiveRelations });
    this.#must({ type: 'run-created', plan, planHash: '', repository: 'r', base: 'base', target: 'refs/heads/main' });
    this.#must({ type: 'engine-started', pid: 1, host: 'h' });
  }

  run(): void {
    for (; this.#step < STEPS_MAX; this.#step += 1) {
      this.#tally.steps += 1;
      this.#decide();
      checkMoment(this.#truth, this.#view, this.#now);
      checkNobodyIdles(this.#truth, this.#now);
      if (this.#view.endedAt !== null && !this.#comesBack()) break;
      this.#happen();
    }
    mustBe(this.#truth.ended, `the run did not end in ${STEPS_MAX} steps: ${this.#whereItHangs()}`);
    this.#compareReplay();
  }

  #whereItHangs(): string {
    const states = [...this.#truth.tasks].map(([id, { state }]) => `${id} ${state.is}`);
    return JSON.stringify([
      standing(this.#view, this.#now),
      states,
      this.#truth.journal.slice(-6).map(({ event }) => event),
    ]);
  }

  /** Decides, writes every intent, and checks that nothing is left to decide. */
  #decide(): void {
    const actions = decide(this.#view, this.#now);
    const starts: Action[] = [];
    for (const action of actions) {
      const intent = intentOf(action, this.#view);
      if (intent !== null) this.#must(intent);
      starts.push(action);
    }
    const again = decide(this.#view, this.#now).filter((action) => action.do !== 'final-checks');
    mustBe(again.length === 0, `acting on a decision left ${JSON.stringify(again)} after ${JSON.stringify(actions)}`);
    for (const action of starts) this.#perform(action);
  }

  #perform(action: Action): void {
    if (action.do === 'start') this.#startAgent(action.task, action.attempt);
    if (action.do === 'verify') this.#verify(action.task, action.attempt);
    if (action.do === 'land') this.#land(action.task, action.attempt);
    if (action.do === 'stop') this.#stop(action);
    if (action.do === 'final-checks') {
      for (const command of this.#view.plan.finalChecks) {
        this.#must({
          type: 'final-check-finished',
          command: String(command),
          code: this.#chance.happens(0.8) ? 0 : 1,
          log: '',
          took_ms: 1,
        });
      }
    }
  }

  /** Its agent is ended; how long that takes is up to the agent. */
  #stop({ task, attempt, because }: Extract<Action, { do: 'stop' }>): void {
    this.#tally.late += 1;
    const speak = (): void => this.#fail({ task, attempt }, because);
    this.#flights.push({ due: this.#now + this.#chance.below(5_000), task, attempt, speak });
  }

  /** One thing happens: the next flight speaks, a person acts, the clock jumps, the engine dies. */
  #happen(): void {
    const calm = this.#step > TROUBLE_STEPS;
    if (!calm && this.#chance.happens(0.25) && this.#trouble()) return;
    if (!calm && this.#chance.happens(0.1))
      this.#now = Math.max(1, this.#now + this.#chance.pick([-5_000, -1, 0, 86_400_000]));
    if (this.#flights.length > 0) return void this.#speak();
    this.#whenStill();
  }

  /** The flight that is due next speaks; now and then another is faster. */
  #speak(): void {
    const next = this.#chance.happens(0.8)
      ? this.#flights.reduce((soonest, each) => (each.due < soonest.due ? each : soonest))
      : this.#chance.pick(this.#flights);
    this.#flights = this.#flights.filter((each) => each !== next);
    this.#now = Math.max(this.#now, next.due);
    next.speak();
  }

  /** Nothing is under way: what is waited for must be named, and then it comes. */
  #whenStill(): void {
    const stands = standing(this.#view, this.#now);
    switch (stands.state) {
      case 'resting':
        mustBe(stands.until > this.#now && Number.isFinite(stands.until), 'a rest that is over is still waited for');
        this.#now = stands.until;
        break;
      case 'paused':
        mustBe(this.#truth.paused, 'a run is said to be paused that is not');
        if (isPastDeadline(this.#view.plan, this.#now)) this.#raise();
        this.#must({ type: 'run-resumed', by: 'anna' });
        break;
      case 'waiting':
        this.#answerSomething();
        break;
      case 'deadlocked':
        this.#breakDeadlock(stands.why);
        break;
      case 'ended':
        break;
      case 'busy':
        mustBe(decide(this.#view, this.#now).length > 0, 'said to be busy, and nothing is under way');
    }
  }

  #breakDeadlock(why: string): void {
    const waiting = this.#truth.in('waiting', 'ready');
    mustBe(
      this.#truth.in('asking', 'blocked', 'resting', 'working').length === 0 && waiting.length > 0,
      `no deadlock: ${why}`,
    );
    mustBe(
      waiting.some((id) => why.includes(id)),
      `a deadlock that names nobody: ${why}`,
    );
    const [id] = waiting;
    if (id !== undefined)
      this.#must({ type: 'task-cancelled', task: id, attempt: this.#truth.of(id).fence, by: 'anna' });
  }

  #startAgent(task: TaskId, attempt: number): void {
    const fly = (after: number, speak: () => void): void => {
      this.#flights.push({ due: this.#now + after, task, attempt, speak });
    };
    const key = { task, attempt };
    const whole = this.#chance.logNormal(60_000, 1);
    fly(1, () => this.#send({ type: 'worktree-ready', ...key, slot: 1, path: '/w', base: this.#view.tip, took_ms: 1 }));
    fly(2, () => this.#send({ type: 'agent-started', ...key, pid: 7, startTime: '1', host: 'h', log: '/l' }));
    if (this.#chance.happens(0.5))
      fly(whole / 2, () => this.#send({ type: 'agent-progress', ...key, done: 1, of: 2, text: 'half' }));
    for (let bill = this.#chance.below(4); bill > 0; bill -= 1)
      fly(whole * this.#chance.next() * 1.2, () => this.#spend(key));
    const kind = this.#chance.next();
    const report: TaskEvent = {
      type: 'task-reported',
      ...key,
      commit: `${task}.${attempt}`,
      base: 'b',
      files: 1,
      claim: 'done',
    };
    if (kind < 0.55) fly(whole, () => this.#send(report));
    else if (kind < 0.62)
      fly(whole, () =>
        this.#send({
          type: 'task-asked',
          ...key,
          question: { id: `${task}.${attempt}`, kind: 'free', text: '?', options: [], deadline: null, default: null },
        }),
      );
    else if (kind < 0.72) this.#startSilent(key, whole, report);
    else fly(whole, () => this.#fail(key, this.#agentFailure()));
  }

  /** An agent used something; where nothing is left it has to end, and with it whoever else lives on that. */
  #spend(key: { task: TaskId; attempt: number }): void {
    if (!this.#send({ type: 'agent-spent', ...key, spent: randomSpent(this.#chance) })) return;
    const { events, over } = this.#purse.judge(this.#view, this.#truth, { ...key, now: this.#now });
    for (const event of events) {
      this.#must(event);
      if (event.type === 'budget-reached')
        this.#tally.budgets[event.level] = (this.#tally.budgets[event.level] ?? 0) + 1;
    }
    if (over === null) return;
    const all = over.level === 'run' || over.level === 'day';
    for (const id of this.#truth.in('working')) {
      const { fence } = this.#truth.of(id);
      if (!all && (id !== key.task || fence !== key.attempt)) continue;
      this.#must({ type: 'task-stopping', task: id, attempt: fence, because: over });
      const speak = (): void => this.#fail({ task: id, attempt: fence }, over);
      this.#flights.push({ due: this.#now + this.#chance.below(5_000), task: id, attempt: fence, speak });
    }
  }

  /** Given up on, but alive: it reports when nobody listens any more. */
  #startSilent(key: { task: TaskId; attempt: number }, whole: number, report: TaskEvent): void {
    const because: Failure = { reason: 'silent', limit_ms: 1_000 };
    const fly = (after: number, speak: () => void): void => {
      this.#flights.push({ due: this.#now + after, ...key, speak });
    };
    fly(whole, () => {
      this.#send({ type: 'task-stopping', ...key, because });
      fly(this.#chance.below(5_000), () => this.#fail(key, because));
      this.#zombies.push(
        report,
        { type: 'agent-progress', ...key, done: 2, of: 2, text: 'late' },
        {
          type: 'task-asked',
          ...key,
          question: { id: 'late', kind: 'free', text: '?', options: [], deadline: null, default: null },
        },
      );
    });
  }

  #agentFailure(): Failure {
    const { pick } = { pick: <T>(from: readonly T[]): T => this.#chance.pick(from) };
    const until = pick([null, this.#now + 600_000, this.#now - 5, this.#now + 5_000]);
    return pick<Failure>([
      { reason: 'exited', code: 1, tail: pick(['boom at 12:01', 'boom at 12:02', 'other']) },
      { reason: 'no-change' },
      { reason: 'limited', limit: 'window', until, message: 'slow down' },
      { reason: 'limited', limit: 'burst', until, message: 'slow down' },
      { reason: 'login', message: 'who are you' },
      { reason: 'context-full', message: 'full' },
      { reason: 'workspace', message: 'disk' },
      { reason: 'agent-missing', program: 'x' },
      { reason: 'over-time', limit_ms: 5 },
    ]);
  }

  #verify(task: TaskId, attempt: number): void {
    const speak = (): void => {
      const kind = this.#chance.next();
      const { tip } = this.#view;
      const rejected = this.#rejection(kind, tip);
      if (rejected !== null) {
        this.#fail({ task, attempt }, rejected);
        return;
      }
      this.#send({ type: 'check-finished', task, attempt, command: 'test', code: 0, log: '', took_ms: 1 });
      this.#send({ type: 'task-verified', task, attempt, merged: { commit: `m.${task}.${attempt}`, onto: tip } });
      // Somebody pushes in the very moment between verifying and landing.
      if (this.#chance.happens(0.1)) this.#moveTarget((to) => ({ type: 'target-moved', from: tip, to }));
    };
    this.#flights.push({ due: this.#now + 10, task, attempt, speak });
  }

  #rejection(kind: number, tip: string): Failure | null {
    if (kind < 0.1) return { reason: 'conflict', paths: ['a'], onto: tip };
    const tail = this.#chance.pick(['a', 'b']);
    if (kind < 0.2) return { reason: 'check-failed', command: 'test', code: 1, log: '', tail };
    return kind < 0.24 ? { reason: 'tampered-checks', paths: ['x'] } : null;
  }

  #land(task: TaskId, attempt: number): void {
    const speak = (): void => {
      if (this.#chance.happens(0.1)) this.#moveTarget((tip) => ({ type: 'landing-lost', task, attempt, tip }));
      else this.#send({ type: 'task-landed', task, attempt, commit: `m.${task}.${attempt}` });
    };
    this.#flights.push({ due: this.#now + 5, task, attempt, speak });
  }

  #moveTarget(event: (tip: string) => RunEvent): void {
    this.#tips += 1;
    const tip = `foreign.${this.#tips}`;
    if (this.#send(event(tip))) this.#truth.tip = tip;
  }

  #fail(key: { task: TaskId; attempt: number }, because: Failure): void {
    const { plan } = this.#view;
    const then = remedyFor(because, {
      key: { run: 'r', ...key },
      history: this.#view.recordOf(key.task),
      limits: plan.attempts,
      now: this.#now,
      jitter: this.#chance.next(),
    });
    this.#send({
      type: 'attempt-failed',
      ...key,
      because,
      then,
      rescue: this.#chance.happens(0.5) ? `refs/rescue/${key.task}` : null,
    });
  }

  /** Returns whether anything happened. */
  #trouble(): boolean {
    switch (this.#chance.below(10)) {
      case 0:
        return this.#crash();
      case 1:
        return this.#zombieSpeaks();
      case 2:
        return this.#cancel();
      case 3:
        return this.#pauseOrResume();
      case 4:
        this.#moveTarget((to) => ({ type: 'target-moved', from: this.#view.tip, to }));
        return true;
      case 5:
        return this.#amend();
      case 6:
        return this.#takeOver();
      case 7:
        return this.#person();
      case 8:
        this.#purse.othersSpend(this.#now, randomSpent(this.#chance));
        return true;
      default:
        return this.#rescued();
    }
  }

  /** The engine dies with all its agents; the next one knows the journal and nothing else. */
  #crash(): boolean {
    this.#tally.crashes += 1;
    this.#flights = [];
    this.#compareReplay();
    const { spent } = this.#view;
    this.#view = this.#replay();
    mustBe(tokensOf(this.#view.spent) === tokensOf(spent), 'a restart forgot what was spent');
    this.#must({ type: 'engine-started', pid: 2, host: 'h' });
    for (const id of this.#truth.in('working'))
      this.#fail({ task: id, attempt: this.#truth.of(id).fence }, { reason: 'engine-stopped' });
    for (const id of this.#truth.in('stopping')) {
      const { state, fence } = this.#truth.of(id);
      if (state.is === 'stopping') this.#fail({ task: id, attempt: fence }, state.because);
    }
    for (const id of this.#truth.in('verifying')) this.#verify(id, this.#truth.of(id).fence);
    for (const id of this.#truth.in('landing')) this.#land(id, this.#truth.of(id).fence);
    return true;
  }

  /** Messages from attempts that were given up: whatever they say, nobody may listen. */
  #zombieSpeaks(): boolean {
    const event = this.#zombies.pop();
    if (event === undefined) return false;
    const { fence, state } = this.#truth.of(event.task);
    const gone = event.attempt !== fence || (state.is !== 'working' && state.is !== 'stopping');
    const taken = this.#send(event);
    mustBe(
      !(taken && gone),
      `a zombie was heard: ${event.type} of attempt ${event.attempt} while ${event.task} was ${state.is} at ${fence}`,
    );
    return true;
  }

  #cancel(): boolean {
    const id = this.#chance.pick([...this.#truth.tasks.keys()]);
    if (!this.#chance.happens(0.3)) return false;
    return this.#send({ type: 'task-cancelled', task: id, attempt: this.#truth.of(id).fence, by: 'anna' });
  }

  #pauseOrResume(): boolean {
    if (this.#view.endedAt !== null) return false;
    return this.#send(this.#truth.paused ? { type: 'run-resumed', by: 'anna' } : { type: 'run-paused', by: 'anna' });
  }

  /** Adds a task, and sometimes drops one that nobody needs. */
  #amend(): boolean {
    const { plan } = this.#view;
    if (this.#view.endedAt !== null || plan.tasks.length > 12) return false;
    const dropped = this.#chance.happens(0.4) ? this.#chance.pick(plan.tasks).id : null;
    const kept = plan.tasks
      .filter(({ id }) => id !== dropped)
      .map((task) =>
        dropped !== null && task.needs.includes(dropped)
          ? { ...task, needs: task.needs.filter((need) => need !== dropped) }
          : task,
      );
    const added = plainTask(`x${this.#step}`, { needs: kept.slice(0, 1).map(({ id }) => id) });
    const next = { ...plan, tasks: [...kept, added] };
    if (kept.length === 0 || consequences(this.#view, next).refused.length > 0) return false;
    for (const event of amendment(this.#view, next, { planHash: 'h', by: 'anna' })) this.#must(event);
    return true;
  }

  #takeOver(): boolean {
    const id = this.#truth.in('ready', 'resting', 'asking', 'blocked', 'failed')[0];
    if (id === undefined || !this.#chance.happens(0.3)) return false;
    const { fence } = this.#truth.of(id);
    return this.#send({
      type: 'task-taken-over',
      task: id,
      attempt: fence + 1,
      commit: `p.${id}`,
      base: 'b',
      files: 1,
      by: 'anna',
    });
  }

  #person(): boolean {
    const id = this.#truth.in('failed', 'blocked', 'resting', 'asking', 'cancelled', 'skipped')[0];
    if (id === undefined || this.#truth.task(id) === undefined) return false;
    return this.#send({ type: 'task-retried', task: id, attempt: this.#truth.of(id).fence, by: 'anna', note: null });
  }

  #rescued(): boolean {
    const id = this.#chance.pick([...this.#truth.tasks.keys()]);
    return this.#send({
      type: 'worktree-rescued',
      task: id,
      attempt: this.#chance.below(3),
      ref: 'refs/r',
      why: 'test',
    });
  }

  /** Asked and blocked tasks are all that a waiting run waits for. */
  #answerSomething(): void {
    const ids = this.#truth.in('asking', 'blocked');
    const poor = this.#truth
      .in('ready')
      .filter((id) => this.#truth.isSpentUp(id, this.#now) || this.#truth.isOver(this.#now));
    mustBe(ids.length + poor.length > 0, 'waits for a person with nothing to say');
    if (ids.length === 0 || (poor.length > 0 && this.#chance.happens(0.5))) {
      this.#raise();
      return;
    }
    const id = this.#chance.pick(ids);
    const { fence, state, persons } = this.#truth.of(id);
    const key = { task: id, attempt: fence };
    if (persons > 3) this.#must({ type: 'task-cancelled', ...key, by: 'anna' });
    else if (state.is === 'asking') this.#answer(key, state.question);
    else this.#must({ type: 'task-retried', ...key, by: 'anna', note: 'try' });
  }

  #raise(): void {
    this.#raises += 1;
    const { deadline, attemptsInAll, ...rest } = raised(this.#view.plan, this.#raises > 3);
    const plan = {
      ...rest,
      deadline: deadline == null || this.#raises > 3 ? null : Math.max(deadline, this.#now) + 100_000,
      attemptsInAll: attemptsInAll == null || this.#raises > 3 ? null : attemptsInAll + 5,
    };
    for (const event of amendment(this.#view, plan, { planHash: 'h', by: 'anna' })) this.#must(event);
  }

  #answer(key: { task: TaskId; attempt: number }, question: string): void {
    const answer = this.#chance.pick(['retry', 'give up', 'blue']);
    this.#must({ type: 'question-answered', ...key, question, answer, by: 'anna' });
    const again = this.#send({ type: 'question-answered', ...key, question, answer, by: 'bert' });
    mustBe(!again, 'a question was answered twice');
  }

  /** A person may come back to a run that has ended. */
  #comesBack(): boolean {
    return this.#step < TROUBLE_STEPS && this.#chance.happens(0.2) && this.#person();
  }

  /** What a store does: takes the event if `evolve` does, and only then tells everybody. */
  #send(event: RunEvent): boolean {
    const next = this.#truth.accepts(event, this.#now);
    if (next === null) {
      this.#tally.refused += 1;
      return false;
    }
    checkEvent(this.#truth, event, this.#now);
    const entry = { run: 'r', seq: this.#view.seq + 1, at: this.#now, event };
    this.#truth.take(entry, next);
    this.#view.apply(entry);
    this.#tally.entries += 1;
    if (event.type === 'run-ended') this.#count();
    if (event.type === 'run-paused' && event.by === DEADLINE) this.#tally.deadlines += 1;
    return true;
  }

  #must(event: RunEvent): void {
    mustBe(this.#send(event), `an illegal event: ${JSON.stringify(event)}`);
  }

  #count(): void {
    for (const { state } of this.#truth.tasks.values())
      this.#tally.ends[state.is] = (this.#tally.ends[state.is] ?? 0) + 1;
  }

  #replay(): RunView {
    const view = new RunView({ relationsOf: naiveRelations });
    for (const entry of this.#truth.journal) view.apply(entry);
    return view;
  }

  #compareReplay(): void {
    const ids = [...this.#truth.tasks.keys()];
    mustBe(
      portrait(this.#replay(), this.#now, ids) === portrait(this.#view, this.#now, ids),
      'replaying the journal gave another view',
    );
  }
}
