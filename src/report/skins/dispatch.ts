import { explainFailure } from '../explain-failure.ts';
import { paint, span } from '../paint.ts';
import { aboutTask, landsOn } from '../task-rows.ts';
import type { Skin, SkinRun, SkinTask } from './skin-run.ts';
import { countLine, standsLines } from './words-line.ts';

/** Dispatch: one list of items per worker. */
export const dispatch: Skin = {
  status: (run, columns) =>
    shown(
      [
        ...run.tasks.flatMap((each) => [headOf(each), ...bodyOf(each, run)]),
        countLine('dispatch', run),
        ...standsLines(run),
      ],
      columns,
    ),
  report: (run, columns) =>
    shown(
      [...groups(run), '', `${countLine('dispatch', run)}; ${landsOn(run.status.target)}`, ...standsLines(run)],
      columns,
    ),
};

const shown = (lines: readonly string[], columns: number): string =>
  `${lines.map((line) => paint([span(line)], { columns, colour: false })).join('\n')}\n`;

function headOf(each: SkinTask): string {
  const { done, of } = itemsOf(each);
  const items = each.is.state === 'landed' ? 'COMPLETE' : `${done}/${of} items complete`;
  return `● ${each.is.id} (${each.model}) — ${items}`;
}

type Items = { readonly done: number; readonly of: number; readonly texts: readonly string[] };

/** What is ticked is what the agent said; a task without steps is one item. */
function itemsOf({ is: { id, title, state, steps, progress } }: SkinTask): Items {
  const of = steps.length > 0 ? steps.length : (progress?.of ?? 1);
  const said = progress !== null && progress.of === of ? progress.done : 0;
  const texts = steps.length > 0 ? steps : progress === null ? [title === '' ? id : title] : [];
  return { of, texts, done: state === 'landed' ? of : Math.min(of, Math.max(0, said)) };
}

/** Nothing below what is complete, as there. */
function bodyOf(each: SkinTask, run: SkinRun): readonly string[] {
  if (each.is.state === 'landed') return [];
  const { done, texts } = itemsOf(each);
  const sign = signOf(each, run);
  const isPast = done >= texts.length;
  const note = noteOf(each, run, isPast);
  const items = texts.flatMap((text, at) => {
    if (at < done) return [`  ✓ ${text}`];
    if (at > done || sign === null) return [`  ○ ${text}`];
    return sign === '⋯' ? [`  ⋯ ${text} (in progress)`] : [`  ${sign} ${text}`, ...note];
  });
  return isPast || sign === null || sign === '⋯' ? [...items, ...note] : items;
}

const questionOf = ({ is }: SkinTask, { status }: SkinRun) => status.questions.find(({ task }) => task === is.id);

/** The sign of the item that it is at; null: it is at none. */
function signOf(each: SkinTask, run: SkinRun): '⋯' | '?' | '!' | null {
  const { state } = each.is;
  if (state === 'asking' || questionOf(each, run) !== undefined) return '?';
  if (state === 'working' || state === 'stopping') return '⋯';
  return state === 'failed' || state === 'blocked' ? '!' : null;
}

/** What the items do not say. `isPast`: there is no item that it could be at. */
function noteOf(each: SkinTask, run: SkinRun, isPast: boolean): readonly string[] {
  const { is } = each;
  const question = questionOf(each, run);
  if (question !== undefined) return [`    Blocker: ${question.text}`];
  switch (is.state) {
    case 'working':
    case 'stopping':
      return isPast ? [`  ⋯ ${is.progress?.text ?? is.state} (in progress)`] : [];
    case 'reported':
    case 'verifying':
    case 'verified':
    case 'landing':
      return [`  ⋯ ${is.state} (in progress)`];
    case 'failed':
    case 'blocked':
      return is.because === null ? [] : [`    Error: ${is.because.reason}: ${explainFailure(is.id, is.because).why}`];
    case 'skipped':
    case 'cancelled':
      return [`    ${is.state}`];
    default: {
      const about = aboutTask(is, run.status.at);
      return about === '' ? [] : [`    ${about}`];
    }
  }
}

/** In the order of the run; a heading where the plan names a group. */
function groups(run: SkinRun): readonly string[] {
  const names = [...new Set(run.tasks.map(({ task }) => task?.group ?? null))];
  const headed = names.length > 1 || names.some((name) => name !== null);
  return names.flatMap((name, at) => [
    ...(headed ? [...(at === 0 ? [] : ['']), name ?? 'Others'] : []),
    ...run.tasks
      .filter(({ task }) => (task?.group ?? null) === name)
      .flatMap((each) => [summaryOf(each, run), ...bodyOf(each, run)]),
  ]);
}

function summaryOf(each: SkinTask, { status }: SkinRun): string {
  const { is, model } = each;
  const { done, of } = itemsOf(each);
  const outcome =
    is.state === 'landed' ? `complete (${aboutTask(is, status.at)})` : `${is.state}, ${done}/${of} items complete`;
  return `● ${is.id} — ${model} (worktree): ${is.title === '' || is.title === is.id ? '' : `${is.title} — `}${outcome}`;
}
