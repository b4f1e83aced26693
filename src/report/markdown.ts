import { tokensOf } from '../core/spent.ts';
import { amount } from './amount.ts';
import { budgetText } from './budget-text.ts';
import { counted, duration, took } from './duration.ts';
import { explainFailure } from './explain-failure.ts';
import { branchName, short } from './phrase.ts';
import type { ReportTask, RunReport } from './report-json.ts';
import { count, spendingText } from './spending-text.ts';
import { visible } from './visible.ts';

/** The report for people. Text of agents and plans is shown as text: it can neither format nor link nor embed anything. */
export function markdownOf(report: RunReport): string {
  const sections = [
    heading(report),
    tasksTable(report.tasks),
    section('Attempts that gave nothing', failedAttempts(report.tasks)),
    section('Checks', checksTable(report)),
    section('Questions', questionsList(report.tasks)),
    section(
      'Assumptions',
      report.tasks.flatMap(({ id, assumptions }) => assumptions.map((each) => `- ${plain(id)}: ${plain(each)}`)),
    ),
    section(
      'Kept work',
      report.tasks.flatMap(({ id, rescued }) => rescued.map((ref) => `- ${plain(id)}: ${code(ref)}`)),
    ),
    section('What else happened', elseHappened(report)),
  ];
  return `${sections.filter((each) => each !== '').join('\n\n')}\n`;
}

function heading(report: RunReport): string {
  const { plan, run, state, target, base, startedAt, took_ms, counts } = report;
  const states = Object.entries(counts.byState).map(([name, count]) => `${count} ${name}`);
  return [
    `# ${plain(plan)}`,
    '',
    `Run ${code(run)}, ${state}, started ${startedAt}, took ${duration(took_ms)}. From ${code(short(base))}, lands on ${code(branchName(target))}.`,
    '',
    `${counted(counts.tasks, 'task')}: ${states.join(', ') || 'none'}. ${counted(counts.attempts, 'attempt')}, ${counts.failedAttempts} of them without a result; ${counted(counts.checks, 'check')} run, ${counts.failedChecks} of them not passed; ${counted(counts.questions, 'question')}.`,
    ...spentLines(report),
  ].join('\n');
}

/** What agents used, where they told of it. */
function spentLines({ spent, budget }: RunReport): readonly string[] {
  const tokens = tokensOf(spent);
  if (tokens === 0 && spent.usd === 0) return [];
  const { fresh, cacheRead, cacheWrite, output } = spent;
  const caps = (['usd', 'tokens'] as const).flatMap((unit) => {
    const cap = budget[unit];
    return cap === null ? [] : [amount(cap, unit)];
  });
  const of = caps.length === 0 ? '' : ` of ${caps.join(' and ')}`;
  return [
    '',
    `Spent ${spendingText(spent)}${of}: ${amount(tokens, 'tokens')} (${count(fresh)} fresh, ${count(cacheRead)} from the cache, ${count(cacheWrite)} into the cache, ${count(output)} written).`,
  ];
}

/** The column of spending is there when anything was spent. */
function tasksTable(tasks: readonly ReportTask[]): string {
  const isPaid = tasks.some(({ spent }) => spendingText(spent) !== '');
  return table(
    ['task', 'title', 'state', 'landed as', 'files', 'attempts', 'time of agents', ...(isPaid ? ['spent'] : [])],
    tasks.map(({ id, title, state, landed, files, attempts, spent }) => [
      plain(id),
      plain(title),
      state,
      landed === null ? '' : code(short(landed)),
      files === null ? '' : String(files),
      String(attempts.length),
      duration(attempts.reduce((sum, { took_ms }) => sum + (took_ms ?? 0), 0)),
      ...(isPaid ? [spendingText(spent)] : []),
    ]),
  ).join('\n');
}

const failedAttempts = (tasks: readonly ReportTask[]): readonly string[] =>
  tasks.flatMap(({ id, attempts }) =>
    attempts.flatMap(({ attempt, agent, because, log }) => {
      if (because === null) return [];
      const { what, why } = explainFailure(id, because);
      const where = log === null ? '' : ` (log: ${code(log)})`;
      return [
        `- ${plain(id)}, attempt ${attempt} by ${plain(agent)}, ${because.reason}: ${plain(what)}: ${plain(why)}${where}`,
      ];
    }),
  );

function checksTable({ tasks, finalChecks }: RunReport): readonly string[] {
  const rows = tasks.flatMap(({ id, checks }) =>
    checks.map((check) => [
      plain(id),
      String(check.attempt),
      code(check.command),
      exit(check.code),
      took(check.took_ms),
    ]),
  );
  const last = finalChecks.map((check) => [
    'at the end',
    '',
    code(check.command),
    exit(check.code),
    took(check.took_ms),
  ]);
  return rows.length + last.length === 0
    ? []
    : table(['task', 'attempt', 'command', 'exit code', 'time'], [...rows, ...last]);
}

const exit = (value: number | null): string => (value === null ? 'none' : String(value));

const questionsList = (tasks: readonly ReportTask[]): readonly string[] =>
  tasks.flatMap(({ id, questions }) =>
    questions.map(({ text, answer, by, waited_ms }) => {
      const reply =
        answer === null ? 'not answered' : `${plain(answer)} (${plain(by ?? '')}, after ${duration(waited_ms ?? 0)})`;
      return `- ${plain(id)}: ${plain(text)} — ${reply}`;
    }),
  );

const elseHappened = ({ limits, targetMoves, amendments, budgets }: RunReport): readonly string[] => [
  ...limits.map(
    ({ at, account, until, message }) => `- ${at}: ${plain(account)} was limited until ${until}: ${plain(message)}`,
  ),
  ...targetMoves.map(
    ({ at, from, to }) => `- ${at}: the target was moved by someone else, ${code(short(from))} to ${code(short(to))}`,
  ),
  ...amendments.map(({ at, by }) => `- ${at}: the plan was changed by ${plain(by)}`),
  ...budgets.map(
    ({ at, reached, ...share }) => `- ${at}: ${plain(budgetText(share))}${reached ? ', and is used up' : ''}`,
  ),
];

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [`## ${title}`, '', ...lines].join('\n');

/** A table of cells that are already made harmless. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** Anybody's text on one line, with everything escaped that Markdown or HTML would take for more than text. */
export const plain = (text: string): string =>
  visible(text)
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\b(https?|www)([:.])/gi, '$1&#8203;$2');

/** Code in a table cell: a fence longer than any run of backticks in it; `|` would end the cell even there. */
export function code(text: string): string {
  const shown = visible(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}
