import type { RunState } from '../../core/status.ts';
import { counted, duration } from '../duration.ts';
import { paint, span } from '../paint.ts';
import { aboutTask } from '../task-rows.ts';
import { type Board, boardOf, exitOf, exitText, type Place, placeOf } from './board.ts';
import { nameOf, type Skin, type SkinRun, type SkinTask } from './skin-run.ts';
import { standsLines } from './words-line.ts';

/** Claude Workflow: the board with its counts, and the report of a dispatch with the reason why it ended. */
export const cw: Skin = {
  status: (run, columns) =>
    shown(['CW-DISPATCH', '', ...boardLines(run), ...lists(run), '', ...standsLines(run), exitLine(run)], columns),
  report: (run, columns) => shown(reportLines(run), columns),
};

const shown = (lines: readonly string[], columns: number): string =>
  `${lines.map((line) => paint([span(line)], { columns, colour: false })).join('\n')}\n`;

const board = ({ tasks }: SkinRun): Board => boardOf(tasks.map(({ is }) => is.state));

/** Failed and skipped tasks stand on the board as well, or the counts would not add up. */
function boardLines(run: SkinRun): readonly string[] {
  const { total, completed, pending, unblocked, blocked, inProgress, failed, skipped } = board(run);
  return [
    'TASK BOARD STATUS',
    '=================',
    `Total:       ${total}`,
    `Completed:   ${completed}`,
    `Pending:     ${pending}`,
    `  Unblocked: ${unblocked}`,
    `  Blocked:   ${blocked}`,
    `In Progress: ${inProgress}`,
    ...(failed + skipped === 0 ? [] : [`Failed:      ${failed}`, `Skipped:     ${skipped}`]),
  ];
}

const BLOCKED: readonly Place[] = ['needs', 'person', 'retry'];

function lists(run: SkinRun): readonly string[] {
  return [
    ...list(run, 'Ready', ['unblocked']),
    ...list(run, 'In Progress', ['inProgress']),
    ...list(run, 'Blocked', BLOCKED),
    ...list(run, 'Failed', ['failed']),
    ...list(run, 'Skipped', ['skipped']),
  ];
}

function list(run: SkinRun, heading: string, places: readonly Place[]): readonly string[] {
  const found = run.tasks.filter(({ is }) => places.includes(placeOf(is.state)));
  if (found.length === 0) return [];
  return ['', `${heading}: ${found.length}`, ...found.map((each) => `- ${nameOf(each)}${about(each, run)}`)];
}

function about({ is, work }: SkinTask, { status }: SkinRun): string {
  const said = aboutTask(is, status.at);
  const owner = placeOf(is.state) === 'inProgress' ? `worker-${work.order ?? '?'}, ${is.state}` : '';
  const parts = [owner, said].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

const HEADINGS: Readonly<Record<RunState, string>> = {
  running: 'CW-DISPATCH IN PROGRESS',
  paused: 'CW-DISPATCH PAUSED',
  waiting: 'CW-DISPATCH WAITING',
  deadlocked: 'CW-DISPATCH DEADLOCKED',
  interrupted: 'CW-DISPATCH INTERRUPTED',
  ended: 'CW-DISPATCH COMPLETE',
};

function reportLines(run: SkinRun): readonly string[] {
  const { status, report, tasks } = run;
  const heading = HEADINGS[status.state];
  const { checks, failedChecks } = report.counts;
  const unblocked = tasks.filter(({ is, before }) => is.state === 'ready' && before.length > 0);
  return [
    heading,
    '='.repeat(heading.length),
    ...workers(run),
    ...(unblocked.length === 0
      ? []
      : [
          '',
          'Newly unblocked:',
          ...unblocked.map((each) => `- ${nameOf(each)} (${each.before.join(', ')} completed) -> now READY`),
        ]),
    '',
    ...boardLines(run),
    ...list(run, 'Done', ['completed']),
    ...lists(run),
    '',
    'Integration Check:',
    `- Build: ${counted(checks, 'check')} run on merged work, ${failedChecks} of them not passed`,
    `- Final: ${counted(status.finalChecks.run, 'check')} run on the target, ${status.finalChecks.failed} of them not passed`,
    '',
    `Progress: ${status.counts.landed}/${tasks.length} tasks complete`,
    ...standsLines(run),
    exitLine(run),
  ];
}

/** Numbered in the order in which tasks were first started. */
function workers({ tasks }: SkinRun): readonly string[] {
  const started = tasks.filter(({ work }) => work.order !== null);
  if (started.length === 0) return ['Workers: none was started'];
  const inOrder = [...started].sort((a, b) => (a.work.order ?? 0) - (b.work.order ?? 0));
  return [
    'Workers:',
    ...inOrder.map((each) => {
      const { is, work } = each;
      const attempts = work.attempt > 1 ? `, ${work.attempt} attempts` : '';
      return `- worker-${work.order} (${each.model}${attempts}, ${duration(work.work_ms)}): ${nameOf(each)} -> ${OUTCOMES[placeOf(is.state)]}`;
    }),
  ];
}

const OUTCOMES: Readonly<Record<Place, string>> = {
  unblocked: 'READY',
  needs: 'BLOCKED',
  person: 'BLOCKED',
  retry: 'PENDING RETRY',
  inProgress: 'IN PROGRESS',
  completed: 'COMPLETED',
  failed: 'FAILED',
  skipped: 'SKIPPED',
};

/** The reason comes from the counts above it and from nothing else. */
const exitLine = (run: SkinRun): string => `Exit reason: ${exitText(exitOf(board(run)))}`;
