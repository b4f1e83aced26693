import type { Status, TaskStatus } from '../core/status.ts';
import { duration, minutes, utc } from './duration.ts';
import { countSpans, finalCheckSpans } from './live.ts';
import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import { listed } from './phrase.ts';
import { questionLines } from './questions-text.ts';
import { spentSpans } from './spending-text.ts';
import { aboutTask, isOver, LOOKS, landsOn } from './task-rows.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

export type TextOptions = { readonly columns: number; readonly colour: boolean };

/** A run at one moment: heading, one line per task with its steps below it, open questions, what is left. */
export function statusText(status: Status, options: TextOptions): string {
  const id_columns = Math.min(32, Math.max(0, ...status.tasks.map(({ id }) => widthOf(visible(id)))));
  const lines = [
    ...headLines(status),
    ...status.tasks.flatMap((task) => [
      taskLine(task, { id_columns, now: status.at, isLeft: isLeft(status, task) }),
      ...stepLines(task),
    ]),
    ...questionLines(status),
    ...pathLine(status),
  ];
  return `${lines.map((line) => paint(line, options)).join('\n')}\n`;
}

function headLines(status: Status): Span[][] {
  const { plan, run, state, why, target, createdAt, endedAt, at, places, engine, counts, tasks } = status;
  const max = places.max === null ? 'no limit' : String(places.max);
  return [
    [span(plan, 'bold'), span(`  run ${run}  ${state}`), span(why === null ? '' : `: ${why}`, 'yellow')],
    [
      span(`since ${utc(createdAt)}, ${duration((endedAt ?? at) - createdAt)}; ${landsOn(target)}; `, 'dim'),
      span(engine === null ? 'no engine' : `engine ${engine.pid} on ${engine.host}`, 'dim'),
      span(engine === null ? '' : `; places ${places.used} of ${max}`, 'dim'),
    ],
    [
      span(`${counts.landed}/${tasks.length} landed`, 'green'),
      ...countSpans(counts),
      ...finalCheckSpans(status),
      ...spentSpans(status),
    ],
  ];
}

/** Under way as far as the journal knows, but nothing drives the run: saying only "working" would not be true. */
const isLeft = ({ state }: Status, task: TaskStatus): boolean =>
  state === 'interrupted' && ['working', 'stopping', 'verifying', 'landing'].includes(task.state);

type TaskLook = { readonly id_columns: number; readonly now: number; readonly isLeft: boolean };

function taskLine(task: TaskStatus, { id_columns, now, isLeft }: TaskLook): Span[] {
  const { sign, style } = LOOKS[task.state];
  const since = task.state === 'waiting' || isOver(task.state) ? '' : duration(now - task.since);
  const attempt = task.attempt > 1 ? ` attempt ${task.attempt}` : '';
  const about = isLeft ? 'was stopped; goes on with resume' : aboutTask(task, now);
  return [
    span(`${sign} ${pad(visible(task.id), id_columns)} ${task.state.padEnd(9)}`, style),
    span(` ${since.padStart(7)}${attempt}`),
    span(about === '' ? '' : `  ${about}`),
    span(task.title === '' || task.title === task.id ? '' : `  ${task.title}`, 'dim'),
  ];
}

/** A step counts as done when the agent said so; the progress is the agent's word, and only the landing is ours. */
function stepLines({ state, steps, progress }: TaskStatus): Span[][] {
  const done =
    state === 'landed' ? steps.length : progress !== null && progress.of === steps.length ? progress.done : 0;
  return steps.map((step, index) => [span(`    ${index < done ? '[x]' : '[ ]'} ${index + 1}. ${step}`, 'dim')]);
}

function pathLine({ criticalPath }: Status): Span[][] {
  if (criticalPath.tasks.length === 0) return [];
  const chain = listed(criticalPath.tasks, 12).replaceAll(', ', ' → ');
  return [[span(`left: about ${minutes(criticalPath.minutes)} (an estimate) on the longest path: ${chain}`, 'dim')]];
}
