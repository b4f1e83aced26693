import type { Status, TaskStatus } from '../core/status.ts';
import type { TaskStateName } from '../core/task.ts';
import type { Instant } from '../core/time.ts';
import { counted, duration, minutes } from './duration.ts';
import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import { listed, quoted } from './phrase.ts';
import { spentSpans } from './spending-text.ts';
import { aboutTask, isOver, LOOKS, landsOn } from './task-rows.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

export type LiveOptions = {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
  readonly now: Instant;
};

/**
 * One frame of the live view: at most `rows` lines, none wider than `columns`. Where rows are few, tasks go first (the
 * least urgent ones), then the critical path, then questions; the heading with the counts is the last to go.
 */
export function renderLive(status: Status, options: LiveOptions): readonly string[] {
  const heading = [headLine(status, options.now), countLine(status, options.columns)];
  const tail = [...questionLines(status), pathLine(status)].filter((line) => line.length > 0);
  const room = Math.max(0, options.rows - heading.length);
  const kept = tail.slice(0, Math.max(0, Math.min(tail.length, Math.floor(room / 2))));
  const tasks = taskLines(status, { ...options, rows: room - kept.length });
  const blank: readonly Span[] = [];
  const full = [...heading, blank, ...tasks, blank, ...kept];
  const lines = full.length <= options.rows ? full : [...heading, ...tasks, ...kept];
  return lines.slice(0, Math.max(0, options.rows)).map((line) => paint(line, options));
}

function headLine({ plan, run, target, state, why, createdAt, endedAt, places }: Status, now: Instant): Span[] {
  const max = places.max === null ? '' : ` of ${places.max}`;
  return [
    span(plan, 'bold'),
    span(`  ${state}`, state === 'running' ? 'cyan' : state === 'ended' ? null : 'yellow'),
    span(why === null ? '' : ` (${why})`, 'yellow'),
    span(`  ${duration((endedAt ?? now) - createdAt)}`),
    span(`  ${places.used}${max} places`, 'dim'),
    span(`  ${landsOn(target)}`, 'dim'),
    span(`  run ${run}`, 'dim'),
  ];
}

function countLine(status: Status, columns: number): Span[] {
  const { tasks, counts } = status;
  const width = Math.min(30, Math.max(0, Math.floor(columns / 4)));
  const filled = tasks.length === 0 ? 0 : Math.floor((width * counts.landed) / tasks.length);
  const bar = width < 5 ? '' : `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] `;
  return [
    span(bar, 'dim'),
    span(`${counts.landed}/${tasks.length} landed`, 'green'),
    ...countSpans(counts),
    ...finalCheckSpans(status),
    ...spentSpans(status),
  ];
}

/** ` · 3 working · 1 asking`: every state but `landed` that holds a task, the urgent ones first. */
export function countSpans(counts: Status['counts']): Span[] {
  return STATES.filter((state) => state !== 'landed' && counts[state] > 0).map((state) =>
    span(` · ${counts[state]} ${state}`, LOOKS[state].style),
  );
}

/** How the final checks went, once one was run. */
export function finalCheckSpans({ finalChecks: { run, failed } }: Status): Span[] {
  if (run === 0) return [];
  return failed === 0
    ? [span(` · ${counted(run, 'final check')} passed`, 'green')]
    : [span(` · ${counted(failed, 'final check')} failed`, 'red')];
}

const isStateName = (name: string): name is TaskStateName => name in LOOKS;
const STATES = Object.keys(LOOKS).filter(isStateName);

function taskLines(status: Status, { columns, rows, now }: LiveOptions): readonly (readonly Span[])[] {
  if (rows <= 0) return [];
  const ordered = inOrder(status.tasks);
  const shown = ordered.length <= rows ? ordered : ordered.slice(0, rows - 1);
  const widths = columnWidths(shown, columns);
  const lines = shown.map((task) => taskLine(task, { widths, now }));
  return shown.length === ordered.length ? lines : [...lines, [moreSpan(ordered.slice(shown.length))]];
}

/** Urgent states first; what has ended lately before what ended long ago; else as in the plan. */
const inOrder = (tasks: readonly TaskStatus[]): readonly TaskStatus[] =>
  [...tasks].sort((a, b) => LOOKS[a.state].order - LOOKS[b.state].order || (isOver(a.state) ? b.since - a.since : 0));

type Widths = { readonly id: number; readonly agent: number };

function columnWidths(tasks: readonly TaskStatus[], columns: number): Widths {
  const widest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, widthOf(visible(text))), 0);
  return {
    id: Math.min(widest(tasks.map(({ id }) => id)), Math.max(8, Math.floor(columns / 3))),
    agent: columns < 60 ? 0 : Math.min(widest(tasks.map(({ agent }) => agent)), 16),
  };
}

function taskLine(task: TaskStatus, { widths, now }: { widths: Widths; now: Instant }): Span[] {
  const { sign, style } = LOOKS[task.state];
  const idle = task.state === 'waiting' || task.state === 'ready' || isOver(task.state);
  return [
    span(`${sign} ${pad(visible(task.id), widths.id)} ${task.state.padEnd(9)}`, style),
    span(widths.agent === 0 ? '' : ` ${pad(visible(task.agent), widths.agent)}`, 'dim'),
    span(` ${(idle ? '' : duration(now - task.since)).padStart(7)}`),
    span(task.attempt > 1 ? ` #${task.attempt}` : '', 'yellow'),
    span(`  ${aboutTask(task, now)}`),
  ];
}

function moreSpan(hidden: readonly TaskStatus[]): Span {
  const count = new Map<string, number>();
  for (const { state } of hidden) count.set(state, (count.get(state) ?? 0) + 1);
  return span(`  and ${hidden.length} more: ${[...count].map(([state, n]) => `${n} ${state}`).join(', ')}`, 'dim');
}

const questionLines = ({ questions }: Status): readonly Span[][] =>
  questions.map(({ id, task, text, options }) => [
    span(`? ${task} (${id}): `, 'magenta'),
    span(text),
    span(options.length === 0 ? '' : ` (${options.join(' | ')})`),
    span(`  branchline answer ${quoted(id)} "…"`, 'bold'),
  ]);

function pathLine({ criticalPath }: Status): Span[] {
  if (criticalPath.tasks.length === 0) return [];
  const chain = listed(criticalPath.tasks, 6).replaceAll(', ', ' → ');
  return [span(`left: about ${minutes(criticalPath.minutes)} on the longest path, ${chain}`, 'dim')];
}
