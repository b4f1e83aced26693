import { code, oneLine, quote } from '../core/brief/fence.ts';
import { type Entry, isTaskEvent, type TaskEvent } from '../core/event.ts';
import type { Plan, Task, TaskId } from '../core/plan.ts';
import type { Status, TaskStatus } from '../core/status.ts';
import { type Checkpoint, decisionsOf, nextBrief, planNow } from './checkpoint.ts';
import { counted, utc } from './duration.ts';
import { explain } from './explain.ts';
import { explainFailure } from './explain-failure.ts';
import { plain } from './markdown.ts';
import { branchName, quoted, short, typed } from './phrase.ts';
import { visibleLines } from './visible.ts';

/** What another person or agent needs to go on with a task, from the journal alone. */
export type Handoff = {
  readonly v: 1;
  readonly run: string;
  readonly task: TaskId;
  readonly title: string;
  readonly at: string;
  readonly state: TaskStatus['state'];
  /** What happened, why, and what to type: the words of `explain`. */
  readonly what: string;
  readonly why: string;
  readonly next: string;
  readonly asked: {
    /** null: the brief is the title, or stands in `file`. */
    readonly text: string | null;
    readonly file: string | null;
    readonly done: readonly string[];
    readonly mayWrite: readonly string[] | null;
  };
  readonly attempts: readonly TriedAttempt[];
  readonly said: readonly Said[];
  /** What its agent said last when it reported. A claim. */
  readonly claim: string | null;
  readonly worktree: string | null;
  readonly commit: string | null;
  readonly landed: string | null;
  readonly rescued: readonly string[];
  readonly log: string | null;
  readonly target: string;
};

type TriedAttempt = {
  readonly attempt: number;
  readonly agent: string;
  readonly began: string;
  /** null: it has not failed. */
  readonly failed: { readonly reason: string; readonly why: string } | null;
};
type Said = { readonly question: string | null; readonly text: string; readonly by: string };

type Facts = { readonly status: Status; readonly entries: readonly Entry[] };

/** Everything that is known of one task, for whoever takes it up. */
export function handoffOf({ status, entries }: Facts, task: TaskStatus): Handoff {
  const own = entries.filter(({ event }) => isTaskEvent(event) && event.task === task.id);
  const events = own.map(({ event }) => event).filter(isTaskEvent);
  const asked = askedOf(planNow(entries).plan, task.id);
  return {
    v: 1,
    run: status.run,
    task: task.id,
    title: task.title,
    at: utc(status.at),
    state: task.state,
    ...explain(task, entries, { isDriven: status.engine !== null }),
    asked,
    attempts: attemptsOf(own),
    said: [
      ...decisionsOf(own).map(({ question, answer, by }) => ({ question, text: answer, by })),
      ...events.flatMap((event): readonly Said[] => notesOf(event)),
    ],
    claim: claimOf(events),
    worktree: task.worktree,
    commit: task.commit,
    landed: task.landed,
    rescued: task.rescued,
    log: task.log,
    target: status.target,
  };
}

function askedOf(plan: Plan | null, id: TaskId): Handoff['asked'] {
  const task: Task | undefined = plan?.tasks.find((each) => each.id === id);
  const brief = task?.brief ?? null;
  return {
    text: brief !== null && 'text' in brief ? brief.text : null,
    file: brief !== null && 'file' in brief ? brief.file : null,
    done: task?.done ?? [],
    mayWrite: task?.scope?.may ?? null,
  };
}

function attemptsOf(own: readonly Entry[]): readonly TriedAttempt[] {
  const tried = new Map<number, TriedAttempt>();
  for (const { event, at } of own) {
    if (event.type === 'task-started') {
      const { attempt, agent } = event;
      tried.set(attempt, { attempt, agent, began: utc(at), failed: null });
    }
    const begun = event.type === 'attempt-failed' ? tried.get(event.attempt) : undefined;
    if (event.type === 'attempt-failed' && begun !== undefined) {
      const { what, why } = explainFailure(event.task, event.because);
      tried.set(event.attempt, { ...begun, failed: { reason: event.because.reason, why: `${what}: ${why}` } });
    }
  }
  return [...tried.values()];
}

function notesOf(event: TaskEvent): readonly Said[] {
  if (event.type === 'note-left') return [{ question: null, text: event.text, by: event.by }];
  if (event.type !== 'task-retried' || event.note === null) return [];
  return [{ question: null, text: event.note, by: event.by }];
}

function claimOf(events: readonly TaskEvent[]): string | null {
  const reported = events.findLast(({ type }) => type === 'task-reported');
  return reported?.type === 'task-reported' && reported.claim !== '' ? reported.claim : null;
}

/** What fits into one message to anybody. */
const CHARS_MAX = 3_900;
const BRIEF_CHARS = 900;
const QUOTE_CHARS = 350;
const ATTEMPTS_MAX = 3;
const SAID_MAX = 3;
const NAMES_MAX = 6;

/** The same as Markdown, under 4,000 characters; whatever an agent, a plan or a person wrote stands in a fence. */
export function handoffText(handoff: Handoff): string {
  const { run, task, title, at, state, what, why, next, attempts, said, claim } = handoff;
  const parts = [
    `# ${plain(cut(title === '' ? task : title, 120))}`,
    `Task ${code(task)} of run ${code(run)}, ${at}: ${state}. ${plain(cut(what, 200))}. ${plain(cut(why, 300))}.`,
    `Next: ${code(cut(next, 300))}`,
    askedText(handoff.asked),
    section('Where it is', whereLines(handoff)),
    section('What was tried', triedLines(attempts)),
    claim === null ? '' : `## What its agent says it did\n\n${fenced(claim, QUOTE_CHARS)}`,
    section('What was said', said.slice(-SAID_MAX).map(saidText)),
  ];
  return within(parts, `\n\nAll of it: \`${typed('handoff', task)} --run ${quoted(run)} --json\`\n`);
}

function askedText({ text, file, done, mayWrite }: Handoff['asked']): string {
  const lines = [
    ...(text === null ? [] : [fenced(text, BRIEF_CHARS)]),
    ...(file === null ? [] : [`The brief is in ${code(file)}.`]),
    ...(done.length === 0 ? [] : [`Done means:\n\n${fenced(done.join('\n'), QUOTE_CHARS)}`]),
    ...(mayWrite === null ? [] : [`It may write ${names(mayWrite)}.`]),
  ];
  return lines.length === 0 ? '' : ['## What was asked', ...lines].join('\n\n');
}

function whereLines({ worktree, commit, landed, rescued, log, target, run, task }: Handoff): readonly string[] {
  const kept = rescued.at(-1);
  return [
    ...(landed === null ? [] : [`- Landed on ${code(branchName(target))} as ${code(short(landed))}`]),
    ...(landed !== null || commit === null ? [] : [`- Reported as ${code(short(commit))}, not landed`]),
    ...(worktree === null
      ? []
      : [`- Worktree ${code(cut(worktree, 200))}: \`${typed('shell', task)} --run ${quoted(run)}\``]),
    ...(kept === undefined
      ? []
      : [`- Kept at ${code(cut(kept, 200))}${rescued.length > 1 ? `, ${rescued.length} in all` : ''}`]),
    ...(log === null ? [] : [`- Log ${code(cut(log, 200))}`]),
  ];
}

function triedLines(attempts: readonly TriedAttempt[]): readonly string[] {
  const shown = attempts.slice(-ATTEMPTS_MAX);
  const earlier = attempts.length - shown.length;
  return [
    ...(earlier > 0 ? [`- ${counted(earlier, 'earlier attempt')}`] : []),
    ...shown.map(({ attempt, agent, began, failed }) => {
      const end = failed === null ? 'did not fail' : `${failed.reason}: ${plain(cut(oneLine(failed.why), 220))}`;
      return `- Attempt ${attempt} by ${plain(agent)} at ${began}: ${end}`;
    }),
  ];
}

const saidText = ({ question, text, by }: Said): string =>
  `- ${plain(cut(by, 60))}${question === null ? '' : `, asked “${plain(cut(oneLine(question), 120))}”`}: ${plain(cut(oneLine(text), 160))}`;

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n');

/** Whole parts as long as there is room: a fence that is cut in two would let out what it holds. */
function within(parts: readonly string[], end: string): string {
  const kept: string[] = [];
  let chars = end.length;
  for (const part of parts.filter((each) => each !== '')) {
    if (chars + part.length + 2 > CHARS_MAX) continue;
    kept.push(part);
    chars += part.length + 2;
  }
  return `${kept.join('\n\n')}${end}`;
}

const names = (patterns: readonly string[]): string => {
  const shown = patterns.slice(0, NAMES_MAX).map((pattern) => code(cut(pattern, 60)));
  const more = patterns.length > NAMES_MAX ? ` and ${patterns.length - NAMES_MAX} more` : '';
  return shown.length === 0 ? 'nothing' : `${shown.join(', ')}${more}`;
};

/** Harmless and labelled; a cut leaves the beginning. */
const fenced = (text: string, chars: number): string => quote(cut(visibleLines(text.trim()), chars));

const cut = (text: string, chars: number): string => {
  const shown = [...text];
  return shown.length <= chars ? text : `${shown.slice(0, chars).join('')}…`;
};

/** A whole run for whoever takes it up: the brief of its next session, as much of it as fits. */
export const handoffOfRun = (checkpoint: Checkpoint): string =>
  within(
    nextBrief(checkpoint)
      .trimEnd()
      .split('\n\n## ')
      .map((part, index) => (index === 0 ? part : `## ${part}`)),
    `\n\nAll of it: \`branchline checkpoint ${quoted(checkpoint.run)}\`\n`,
  );
