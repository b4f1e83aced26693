import { stringify } from 'yaml';
import { code } from '../core/brief/fence.ts';
import { type Entry, isTaskEvent } from '../core/event.ts';
import type { Plan, TaskId } from '../core/plan.ts';
import { unreachable } from '../core/result.ts';
import type { Status, TaskStatus } from '../core/status.ts';
import { counted, utc } from './duration.ts';
import { plain } from './markdown.ts';
import { branchName, listed, quoted, short, typed } from './phrase.ts';
import { aboutTask, isOver } from './task-rows.ts';
import { visible } from './visible.ts';

/** What happened that made a checkpoint worth writing. */
const CHECKPOINT_REASONS = ['asked-for', 'start', 'group-over', 'paused', 'failure', 'retry', 'end'] as const;
export type CheckpointReason = (typeof CHECKPOINT_REASONS)[number];

/** A run at one moment, with all that somebody needs who goes on with it without having seen it. */
export type Checkpoint = {
  readonly v: 1;
  readonly run: string;
  readonly plan: string;
  /** sha256 of the plan that the run works by now. */
  readonly planHash: string;
  /** What happened since the one before it. */
  readonly reasons: readonly CheckpointReason[];
  readonly at: string;
  /** The last entry of the journal that it knows. */
  readonly seq: number;
  readonly state: Status['state'];
  readonly why: string | null;
  readonly target: string;
  /** The first group with something left to do; null: the plan has no groups, or all of them are done. */
  readonly group: string | null;
  readonly groups: readonly GroupCount[];
  readonly done: readonly DoneTask[];
  readonly left: readonly LeftTask[];
  readonly decisions: readonly Decision[];
  readonly questions: readonly OpenQuestion[];
  /** What landed last, or where the run began. */
  readonly lastGoodCommit: string;
  readonly nextSteps: readonly Step[];
  /** The command that goes on; null: the run has ended and all of it landed. */
  readonly type: string | null;
};

type GroupCount = { readonly name: string; readonly done: number; readonly tasks: number };
type DoneTask = { readonly task: TaskId; readonly title: string; readonly commit: string | null };
type LeftTask = {
  readonly task: TaskId;
  readonly title: string;
  readonly group: string | null;
  readonly state: TaskStatus['state'];
  readonly attempts: TaskStatus['attempts'];
  /** What it reported last, which has not landed. */
  readonly commit: string | null;
  readonly about: string | null;
  readonly worktree: string | null;
  readonly rescued: readonly string[];
};
type Decision = {
  readonly task: TaskId;
  readonly question: string | null;
  readonly answer: string;
  readonly by: string;
  readonly at: string;
};
type OpenQuestion = {
  readonly id: string;
  readonly task: TaskId;
  readonly text: string;
  readonly options: readonly string[];
};

export type CheckpointFacts = {
  readonly status: Status;
  /** All of the run, in order. */
  readonly entries: readonly Entry[];
  readonly reasons: readonly CheckpointReason[];
};

/** What is known of a run at a moment, from its journal alone. */
export function checkpointOf({ status, entries, reasons }: CheckpointFacts): Checkpoint {
  const { plan, planHash } = planNow(entries);
  const groupOf = new Map(plan?.tasks.map(({ id, group }) => [id, group]));
  const left = status.tasks.filter(({ state }) => state !== 'landed');
  const groups = groupsOf(status.tasks, groupOf);
  const steps = nextSteps(status);
  return {
    v: 1,
    run: status.run,
    plan: status.plan,
    planHash,
    reasons,
    at: utc(status.at),
    seq: status.seq,
    state: status.state,
    why: status.why,
    target: status.target,
    group: groups.find(({ done, tasks }) => done < tasks)?.name ?? null,
    groups,
    done: status.tasks
      .filter(({ state }) => state === 'landed')
      .map(({ id, title, landed }) => ({ task: id, title, commit: landed })),
    left: left.map((task) => leftTask(task, { group: groupOf.get(task.id) ?? null, status })),
    decisions: decisionsOf(entries),
    questions: status.questions.map(({ id, task, text, options }) => ({ id, task, text, options })),
    lastGoodCommit: lastGood(entries) ?? status.base,
    nextSteps: steps,
    type: steps[0]?.type ?? null,
  };
}

/** The plan that the run works by now, and its hash. */
export function planNow(entries: readonly Entry[]): { readonly plan: Plan | null; readonly planHash: string } {
  const last = entries.findLast(({ event: { type } }) => type === 'run-created' || type === 'plan-amended')?.event;
  return last?.type === 'run-created' || last?.type === 'plan-amended' ? last : { plan: null, planHash: '' };
}

function leftTask(task: TaskStatus, known: { readonly group: string | null; readonly status: Status }): LeftTask {
  const { id, title, state, attempts, commit, worktree, rescued } = task;
  const about = aboutTask(task, known.status.at);
  return {
    task: id,
    title,
    group: known.group,
    state,
    attempts,
    commit,
    about: about === '' ? null : about,
    worktree,
    rescued,
  };
}

/** Groups in the order in which the plan first names them. */
function groupsOf(tasks: readonly TaskStatus[], groupOf: ReadonlyMap<TaskId, string | null>): readonly GroupCount[] {
  const groups = new Map<string, { done: number; tasks: number }>();
  for (const { id, state } of tasks) {
    const name = groupOf.get(id) ?? null;
    if (name === null) continue;
    const group = groups.get(name) ?? { done: 0, tasks: 0 };
    groups.set(name, { done: group.done + (isOver(state) ? 1 : 0), tasks: group.tasks + 1 });
  }
  return [...groups].map(([name, count]) => ({ name, ...count }));
}

/** Each answer that was given, with the question that it answers. */
export function decisionsOf(entries: readonly Entry[], task: TaskId | null = null): readonly Decision[] {
  const asked = new Map<string, string>();
  const decisions: Decision[] = [];
  for (const { event, at } of entries) {
    if (!isTaskEvent(event) || (task !== null && event.task !== task)) continue;
    if (event.type === 'question-raised' || event.type === 'task-asked') {
      asked.set(event.question.id, event.question.text);
    } else if (event.type === 'attempt-failed' && event.then.do === 'ask') {
      asked.set(event.then.question.id, event.then.question.text);
    } else if (event.type === 'question-answered') {
      const question = asked.get(event.question) ?? null;
      decisions.push({ task: event.task, question, answer: event.answer, by: event.by, at: utc(at) });
    }
  }
  return decisions;
}

function lastGood(entries: readonly Entry[]): string | null {
  const landed = entries.findLast(({ event }) => event.type === 'task-landed')?.event;
  return landed?.type === 'task-landed' ? landed.commit : null;
}

type Step = { readonly say: string; readonly type: string };

/** What moves the run on, most urgent first. */
function nextSteps(status: Status): readonly Step[] {
  const { run, tasks, questions, state } = status;
  const asked = questions.map(
    ({ id, task, text }): Step => ({ say: `Answer ${task}: ${text}`, type: `branchline answer ${quoted(id)} "…"` }),
  );
  const stuck = tasks.filter((task) => task.state === 'blocked' || task.state === 'failed');
  const looked = stuck.map(({ id, because }): Step => {
    const why = because === null ? '' : ` (${because.reason})`;
    return { say: `Look at ${id}, which needs a person${why}`, type: typed('explain', id) };
  });
  return [...asked, ...looked, ...going(status, { run, state })];
}

function going({ tasks, target }: Status, { run, state }: Pick<Status, 'run' | 'state'>): readonly Step[] {
  const open = tasks.filter((task) => !isOver(task.state));
  switch (state) {
    case 'running':
      return [
        { say: `Watch it: ${counted(open.length, 'task')} under way or waiting`, type: `branchline status ${run}` },
      ];
    case 'ended':
      return tasks.every((task) => task.state === 'landed')
        ? []
        : [{ say: `Read what did not land on ${branchName(target)}`, type: `branchline report ${run}` }];
    case 'paused':
    case 'waiting':
    case 'deadlocked':
    case 'interrupted': {
      const names = open.slice(0, 5).map(({ id }) => id);
      const which = names.length === 0 ? '' : `: ${listed(names)}${open.length > 5 ? ', …' : ''}`;
      return [{ say: `Go on with ${counted(open.length, 'task')}${which}`, type: `branchline resume ${run}` }];
    }
    default:
      return unreachable(state);
  }
}

/** The checkpoint as a file that people and programs read. */
export const checkpointYaml = (checkpoint: Checkpoint): string => stringify(checkpoint, { lineWidth: 0 });

const CHARS_MAX = 200;
/** More lines than this of one kind are only counted: the YAML beside it has them all. */
const LINES_MAX = 20;

/** What the next session reads first: where things stand and what to type. Short, whatever the size of the run. */
export function nextBrief(checkpoint: Checkpoint): string {
  const { run, plan, at, state, why, group, groups, done, left, decisions, questions, target } = checkpoint;
  const atHand = group === null ? '' : ` The group at hand is ${plain(group)}.`;
  const reason = why === null ? '' : `: ${plain(why)}`;
  const parts = [
    `# ${plain(plan)}: where it stands`,
    `Run ${code(run)}, ${at}: ${state}${reason}. ${done.length} of ${counted(done.length + left.length, 'task')} landed on ${code(branchName(target))}, last good commit ${code(short(checkpoint.lastGoodCommit))}.${atHand}`,
    section('Type next', checkpoint.type === null ? ['Nothing: all of it has landed.'] : [code(checkpoint.type)]),
    section(
      'Next steps',
      checkpoint.nextSteps.map(({ say, type }) => `- ${line(say)}: ${code(type)}`),
    ),
    section(
      'Groups',
      groups.map(({ name, done: over, tasks }) => `- ${line(name)}: ${over} of ${tasks} ended`),
    ),
    section(
      'Left',
      left.map((task) => `- ${leftLine(task)}`),
    ),
    section(
      'Open questions',
      questions.map(({ id, task, text }) => `- ${code(id)} (${line(task)}): ${line(text)}`),
    ),
    section(
      'Decided',
      decisions.map(({ task, question, answer, by }) => {
        const asked = question === null ? '' : `${line(question)} → `;
        return `- ${line(task)}: ${asked}${line(answer)} (${line(by)})`;
      }),
    ),
    section(
      'Done',
      done.map(({ task, commit }) => `- ${line(task)} ${commit === null ? '' : code(short(commit))}`.trimEnd()),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function leftLine({ task, state, about, worktree, rescued }: LeftTask): string {
  const kept = rescued.at(-1);
  return [
    `${line(task)}: ${state}`,
    ...(about === null ? [] : [line(about)]),
    ...(worktree === null ? [] : [`worktree ${code(visible(worktree))}`]),
    ...(kept === undefined ? [] : [`kept at ${code(visible(kept))}`]),
  ].join('; ');
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, LINES_MAX);
  const more = lines.length > shown.length ? [`- and ${lines.length - shown.length} more`] : [];
  return [`## ${title}`, '', ...shown, ...more].join('\n');
}

/** Anybody's text on one line of Markdown, and not more of it than a reader needs. */
const line = (text: string): string => plain(text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text);
