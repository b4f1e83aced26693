import { wordFor } from '../../core/state-words.ts';
import type { TaskStateName } from '../../core/task.ts';
import { plain, table } from '../markdown.ts';
import { paint, span } from '../paint.ts';
import { quoted, typed } from '../phrase.ts';
import { spendingText } from '../spending-text.ts';
import { aboutTask } from '../task-rows.ts';
import { visible } from '../visible.ts';
import { pad, widthOf } from '../width.ts';
import { checked, nameOf, type Skin, type SkinRun, type SkinTask } from './skin-run.ts';
import { issueCell, letters } from './table-text.ts';
import { countsOf, standsLines } from './words-line.ts';

/** Claude Command Centre: where each session stands, the registry of sessions, and the table of what was dispatched. */
export const ccc: Skin = {
  status: (run, columns) => `${[...view(run, columns), '', ...registry(run)].join('\n')}\n`,
  report: (run) =>
    `${[`# ${plain(run.status.plan)}`, '', '## Dispatch', '', ...dispatched(run), '', '## Session Registry', '', ...registry(run), '', progress(run), ...standsLines(run).flatMap((line) => ['', plain(line)])].join('\n')}\n`,
};

/** `[R]`: it goes back to be thought over. There is no sign for a failure, so the word behind the sign says it. */
const ICONS: Readonly<Record<TaskStateName, string>> = {
  waiting: '[ ]',
  ready: '[ ]',
  working: '[>]',
  stopping: '[>]',
  asking: '[>]',
  resting: '[R]',
  reported: '[>]',
  verifying: '[>]',
  verified: '[>]',
  landing: '[>]',
  landed: '[x]',
  blocked: '[R]',
  failed: '[ ]',
  skipped: '[~]',
  cancelled: '[~]',
};

function view(run: SkinRun, columns: number): readonly string[] {
  const names = run.tasks.map((each) => visible(`${sessionOf(each)} ${nameOf(each)}`));
  const wide = Math.min(48, Math.max(0, ...names.map(widthOf)));
  const rows = run.tasks.map(({ is }, at) => {
    const about = aboutTask(is, run.status.at);
    const word = wordFor('ccc', is.state);
    return `  ${ICONS[is.state]} ${pad(names[at] ?? '', wide)} -- ${word}${about === '' ? '' : `: ${about}`}`;
  });
  const lines = [
    `CCC: ${run.status.plan}`,
    '',
    ...rows,
    '',
    progress(run),
    ...standsLines(run),
    `Next action: ${nextAction(run)}`,
  ];
  return lines.map((line) => paint([span(line)], { columns, colour: false }));
}

function progress(run: SkinRun): string {
  const { counts, tasks } = run.status;
  const parts = countsOf('ccc', run).map(([word, count]) => `${word}: ${count}`);
  return [`Progress: ${counts.landed}/${tasks.length} tasks`, ...parts].join(' | ');
}

function nextAction({ status }: SkinRun): string {
  const [question] = status.questions;
  if (question !== undefined) return `branchline answer ${quoted(question.id)} "…"`;
  const stuck = status.tasks.find(({ state }) => state === 'blocked' || state === 'failed');
  if (stuck !== undefined) return typed('explain', stuck.id);
  if (status.state === 'paused' || status.state === 'interrupted') return 'branchline resume';
  return status.state === 'running' ? 'none, it goes on by itself' : 'none';
}

const sessionOf = ({ number }: SkinTask): string => `S-${letters(number - 1)}`;

const issuesOf = ({ is, task }: SkinTask): string =>
  task === null || task.issues.length === 0 ? plain(is.id) : task.issues.map(issueCell).join(', ');

const dispatched = (run: SkinRun): readonly string[] =>
  table(
    ['Session', 'Issue', 'Focus', 'Mode', 'Est. Cost', 'Agent', 'Worktree'],
    run.tasks.map((each) => [
      sessionOf(each),
      issuesOf(each),
      plain(nameOf(each)),
      plain(each.task?.mode ?? '—'),
      costOf(each),
      plain(each.is.agent),
      'yes',
    ]),
  );

/** What it did cost. Nobody knows what an agent that does not tell of it has used: that is not nothing. */
const costOf = ({ is }: SkinTask): string => spendingText(is.spent) || 'unknown';

function registry(run: SkinRun): readonly string[] {
  const phases = phasesOf(run);
  return table(
    ['Session Name', 'Issue', 'Phase', 'Agent', 'Worktree', 'Branch', 'Status'],
    run.tasks.map((each) => [
      sessionOf(each),
      issuesOf(each),
      phases.get(each) ?? '—',
      plain(each.is.agent),
      worktreeOf(each),
      each.branch === null ? '—' : plain(each.branch),
      statusOf(each, run),
    ]),
  );
}

/** As long as no other task works in it. */
const worktreeOf = ({ is, work }: SkinTask): string =>
  is.worktree === null || work.slot === null ? '—' : plain(is.worktree);

/** `Active`, `Done`, or `Failed` and why; before a session is there, the state of its issue. */
function statusOf({ is }: SkinTask, { status }: SkinRun): string {
  const word = wordFor('ccc', is.state);
  if (word === 'Done' || word === 'Todo' || word === 'Canceled') return word;
  const about = plain(aboutTask(is, status.at));
  const shown = word === 'Failed' ? word : 'Active';
  return about === '' ? shown : `${shown}: ${about}`;
}

/** The phases that the plan's author named, where each task has one of its own; else the wave and a letter. */
function phasesOf({ plan, tasks }: SkinRun): ReadonlyMap<SkinTask, string> {
  const named = tasks.map(({ is }) => phaseIn(is.title) ?? phaseIn(is.id) ?? '');
  if (!named.includes('') && new Set(named).size === named.length)
    return new Map(tasks.map((each, at) => [each, named[at] ?? '']));
  const phase = new Map(
    checked(plan).waves.flatMap((wave, batch) => wave.map((id, at) => [id, `${batch + 1}${letters(at)}`] as const)),
  );
  return new Map(tasks.map((each) => [each, phase.get(each.is.id) ?? '—']));
}

const phaseIn = (text: string): string | null => /^\d+[A-Za-z](?![\p{L}\d])/u.exec(text)?.[0].toUpperCase() ?? null;
