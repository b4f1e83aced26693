import { wordFor } from '../../core/state-words.ts';
import { code, plain, table } from '../markdown.ts';
import { branchName, short } from '../phrase.ts';
import { aboutTask } from '../task-rows.ts';
import { type Skin, type SkinRun, type SkinTask, titleOf } from './skin-run.ts';
import { issueCell } from './table-text.ts';
import { countLine, standsLines } from './words-line.ts';

/** Tracks: the summary table, and what has been merged. */
export const tracks: Skin = {
  status: (run) => sections([['## Summary', summary(run)], merges(run)]),
  report: (run) =>
    sections([[`# ${plain(run.status.plan)}`, []], ['## Summary', summary(run)], merges(run), closures(run)]),
};

type Section = readonly [heading: string, lines: readonly string[]];

const sections = (all: readonly Section[]): string =>
  `${all.map(([heading, lines]) => [heading, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n')).join('\n\n')}\n`;

const summary = (run: SkinRun): readonly string[] =>
  table(
    ['Agent', 'Track', 'Type', 'Soldiers', 'Issues', 'Dependencies', 'Can Start'],
    run.tasks.map((each) => [
      String(each.number),
      plain(titleOf(each)),
      typeOf(each),
      soldiersOf(each),
      orDash((each.task?.issues ?? []).map(issueCell).join(', ')),
      dependencies(run, each),
      canStart(each),
    ]),
  );

const typeOf = ({ task }: SkinTask): string => (task?.kind === 'research' ? 'analysis' : 'code');

/** The ids that steps begin with; steps without them are only counted. */
function soldiersOf({ is: { steps } }: SkinTask): string {
  const ids = steps.map((step) => /^\p{L}{0,4}\d[\w.-]{0,8}(?![\w.-])/u.exec(step)?.[0] ?? null);
  if (steps.length === 0) return '—';
  return ids.includes(null) ? String(steps.length) : plain(ids.join(', '));
}

/** By the numbers of the agents. */
function dependencies({ tasks }: SkinRun, { before }: SkinTask): string {
  const numbers =
    before.length === 0 ? [] : tasks.filter(({ is }) => before.includes(is.id)).map(({ number }) => number);
  return numbers.length === 0 ? 'None' : `After ${numbers.join('+')}`;
}

/** What was started could start; what ended without ever starting never will. */
function canStart({ is: { state }, work }: SkinTask): string {
  if (state === 'waiting') return wordFor('tracks', 'waiting');
  return work.order === null && state !== 'ready' ? '—' : wordFor('tracks', 'ready');
}

function merges(run: SkinRun): Section {
  const rows = run.tasks.map(({ number, is, branch }) => [
    String(number),
    code(is.id),
    wordFor('tracks', is.state),
    branch === null ? '—' : code(branch),
    is.landed === null ? '—' : code(short(is.landed)),
    orDash(is.landed === null ? plain(aboutTask(is, run.status.at)) : ''),
  ]);
  const head = ['Agent', 'Task', 'State', 'Branch', `On ${code(branchName(run.status.target))}`, 'Why'];
  return [
    '## Merge state',
    [
      ...table(head, rows),
      '',
      `${countLine('tracks', run, 'track')}.`,
      ...standsLines(run).flatMap((line) => ['', `${plain(line)}.`]),
    ],
  ];
}

/** An issue is only to be closed for what has been merged. */
function closures({ tasks }: SkinRun): Section {
  const lines = tasks.flatMap((each) => {
    const issues = (each.task?.issues ?? []).map(issueCell).join(', ');
    if (issues === '') return [];
    const verb = typeOf(each) === 'analysis' ? 'comments on' : 'closes';
    const merged = each.is.state === 'landed' ? '[x]' : '[ ]';
    return [
      `- ${merged} ${plain(titleOf(each))} ${verb}: ${issues}${each.is.state === 'landed' ? '' : ' (not merged)'}`,
    ];
  });
  return ['## Issues', lines.length === 0 ? ['None of the tracks names an issue.'] : lines];
}

const orDash = (text: string): string => (text === '' ? '—' : text);
