import { constants } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TextPlan, TextWish } from '../cli/plan-text-port.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { PlanningBrief } from '../formats/request/planning-brief.ts';
import { assumptionsIn, planInReport, planningBrief } from '../formats/request/planning-brief.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import type { Refusal } from '../report/explanation.ts';
import { visible, visibleLines } from '../report/visible.ts';
import { type Judged, judgePlan } from './judge-plan.ts';
import type { Opened } from './opened.ts';
import { driveHere } from './run-drive.ts';
import { writeWhole } from './run-files.ts';
import { readEntries, readStatus } from './run-view.ts';
import { startRun } from './start-run.ts';
import type { Surroundings } from './world.ts';

type Request = { readonly text: string; readonly wish: TextWish };

/** A brief holds so much, with what the agent wrote before. */
const REQUEST_CHARS_MAX = 20_000;
/** The first try and two more. */
const TRIES = 3;
/** So often a person may want a proposal changed. */
const CHANGES_MAX = 20;

/**
 * A plan by an agent, which works in a slot of its own as the only task of an ordinary run: that run ends without a
 * change, so no branch is made or moved. With a person at the terminal the large tasks come first and need a yes.
 */
export async function planByAgent(around: Surroundings, { text, wish }: Request): Promise<Result<TextPlan, Refusal>> {
  if (text.length > REQUEST_CHARS_MAX) return err(tooLong(text.length));
  // A brief holds only what can be seen.
  const request = visibleLines(text);
  const planning = new Planning(around, await around.opened(), wish);
  const asksPerson = around.io.interactive && !around.flags.json && !wish.yes;
  const parents = asksPerson ? await planning.agreed({ request, step: 'parents', parents: null, before: null }) : null;
  if (parents !== null && !parents.ok) return parents;
  const brief: PlanningBrief = { request, step: 'tasks', parents: parents?.value.text ?? null, before: null };
  const made = asksPerson ? await planning.agreed(brief) : await planning.proposed(brief);
  if (!made.ok) return made;
  const { text: plan, tasks, diagnostics } = made.value;
  return ok({
    ...{ format: 'by an agent', is: 'plan', tasks: tasks.length, over: 0, missing: [], left: [], questions: [] },
    ...{ plan, diagnostics, file: wish.out, assumed: assumptionsIn(plan), runs: planning.runs },
    needsApproval: !asksPerson && !wish.yes,
  });
}

class Planning {
  readonly #around: Surroundings;
  readonly #opened: Opened;
  readonly #wish: TextWish;
  readonly runs: string[] = [];

  constructor(around: Surroundings, opened: Opened, wish: TextWish) {
    this.#around = around;
    this.#opened = opened;
    this.#wish = wish;
  }

  /** A proposal that a person has said yes to; what they want changed goes back to the agent. */
  async agreed(brief: PlanningBrief): Promise<Result<Judged, Refusal>> {
    const { io } = this.#around;
    let asked = brief;
    for (let changes = 0; changes < CHANGES_MAX; changes++) {
      const made = await this.proposed(asked);
      if (!made.ok) return made;
      io.err(this.#shown(made.value, brief.step));
      const answer = (await io.ask('Is this right? [y/N, or what to change] '))?.trim() ?? '';
      if (/^y(es)?$/i.test(answer)) return made;
      if (answer === '' || /^no?$/i.test(answer)) return err(declined());
      asked = { ...brief, before: { plan: visibleLines(made.value.text), wrong: [], wish: visible(answer) } };
    }
    return err(declined());
  }

  /** A plan that passes `check`; what does not pass goes back to the agent with what is wrong, twice. */
  async proposed(brief: PlanningBrief): Promise<Result<Judged, Refusal>> {
    let asked = brief;
    let last: Judged | null = null;
    for (let tries = 0; tries < TRIES; tries++) {
      const said = await this.#ask(asked);
      if (!said.ok) return said;
      const judged = await judgePlan(this.#around, this.#opened, {
        text: said.value,
        step: brief.step,
        file: this.#file,
      });
      if (judged.faults.length === 0) return ok(judged);
      last = judged;
      asked = {
        ...brief,
        before: {
          plan: visibleLines(judged.text),
          wrong: judged.faults.map(visible),
          wish: brief.before?.wish ?? null,
        },
      };
    }
    return err(await this.#neverPassed(last));
  }

  /** One run of one task: what its agent reported. */
  async #ask(brief: PlanningBrief): Promise<Result<string, Refusal>> {
    const around = this.#around;
    const folder = join(this.#opened.folder, 'planning');
    // Several people may plan at once.
    const path = join(folder, `${process.pid}.yaml`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeWhole(path, JSON.stringify(planOf(brief), null, 2));
    // Programs that the repository itself names are nobody's choice yet; those of the person's own settings are.
    const yes = this.#wish.yes || this.runs.length > 0 || (await around.settings()).executable.length === 0;
    const options = { yes, approve: null, target: null, places: 1, agent: this.#wish.agent, updateCheckout: false };
    const started = await startRun(around, { path, options });
    await rm(path, { force: true });
    if (!started.ok) return started;
    const { run } = started.value;
    this.runs.push(run);
    if (!around.flags.json && !around.flags.quiet) around.io.err(`An agent plans in run ${run}.\n`);
    const driven = await driveHere(this.#opened, {
      run,
      options: { maxWait_ms: null, interactive: false },
      signals: around.signals,
    });
    return driven.ok ? this.#saidIn(run) : driven;
  }

  async #saidIn(run: string): Promise<Result<string, Refusal>> {
    const { store, leases, clock, folder } = this.#opened;
    const status = await readStatus({ store, leases, now: clock.now() }, run);
    const reports = (await readEntries(store, run, 0)).flatMap(({ event }) =>
      event.type === 'task-reported' ? [event] : [],
    );
    const report = reports.at(-1);
    if (report === undefined || status.counts.landed !== 1) {
      const exit = exitCodeOf(status, this.#around.signals.name());
      return err(notDone(run, exit === 0 ? 1 : exit));
    }
    const written = await reportFile(join(folder, 'runs', run, TASK, String(report.attempt), 'report.md'));
    return ok(planInReport(written ?? report.claim));
  }

  #shown({ text, tasks }: Judged, step: PlanningBrief['step']): string {
    const lines = tasks.map(({ id, title, needs }) => {
      const after = needs.length === 0 ? '' : ` (after ${needs.join(', ')})`;
      return `  ${visible(`${id}: ${title}${after}`)}\n`;
    });
    const assumed = assumptionsIn(text).map((each) => `  assumed: ${visible(each)}\n`);
    if (step === 'parents') return `The large tasks:\n${[...lines, ...assumed].join('')}`;
    return `${visibleLines(text)}\n${counted(tasks.length)}, as the plan above says:\n${[...lines, ...assumed].join('')}`;
  }

  async #neverPassed(last: Judged | null): Promise<Refusal> {
    const kept = join(this.#opened.folder, 'runs', this.runs.at(-1) ?? '', 'proposed-plan.yaml');
    await writeWhole(kept, last?.text ?? '');
    const faults = last?.faults ?? [];
    const more = faults.length > 10 ? [`and ${faults.length - 10} more`] : [];
    return {
      what: `The planning agent wrote ${TRIES} plans, and none passes check`,
      why: [...faults.slice(0, 10), ...more].join('\n        '),
      next: `What it wrote last is in ${kept}. Correct it there, or say more in the request`,
      exit: 1,
    };
  }

  get #file(): string {
    return this.#wish.out ?? 'plan.yaml';
  }
}

const TASK = 'plan';

/** Nothing of it lands: the target is only named because a run has one. */
const planOf = (brief: PlanningBrief): object => ({
  plan: 'planning',
  target: 'branchline/planning',
  tasks: {
    [TASK]: {
      title: 'Make a plan of a request',
      kind: 'research',
      brief: { text: planningBrief(brief) },
      'no-change': 'It only plans',
      attempts: 1,
      questions: 'forbid',
    },
  },
});

const REPORT_BYTES_MAX = 1024 * 1024;

/** The whole of it, where a claim is cut. null: there is no such file, or an agent put something else in its place. */
async function reportFile(path: string): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    if (!(await file.stat()).isFile() || size === 0 || size > REPORT_BYTES_MAX) return null;
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

const counted = (count: number): string => `${count} ${count === 1 ? 'task' : 'tasks'}`;

const tooLong = (length: number): Refusal => ({
  what: `The request has ${length} characters, and it is no list of at most 300 items`,
  why: `An agent is given at most ${REQUEST_CHARS_MAX} characters of it. Nobody was started`,
  next: 'Say it in fewer words, or as a numbered list',
});
const notDone = (run: string, exit: NonNullable<Refusal['exit']>): Refusal => ({
  what: 'The planning agent brought no plan',
  why: `Its task in run ${run} did not end well. Nothing was written`,
  next: `See why with: branchline explain ${TASK} --run ${run}`,
  exit,
});
const declined = (): Refusal => ({
  what: 'No plan was written',
  why: 'It was not approved',
  next: 'Say more in the request, or write the plan by hand',
  exit: 3,
});
