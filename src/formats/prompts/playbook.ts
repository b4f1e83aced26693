import { code, oneLine } from '../../core/brief/fence.ts';
import { isReadOnly } from '../../core/plan.ts';
import { grouped } from './closing.ts';
import type { PromptFacts } from './facts.ts';
import { issueLink, linked, shortLink } from './issue-link.ts';
import { trackNames } from './names.ts';
import { OUTSIDERS } from './outside.ts';
import { branchTable, dispatchTable, launchTable, summaryTable } from './tables.ts';
import { agentOf, checksOf, quoted, spelledAll } from './texts.ts';

/** What the person does who launches the sessions and merges what comes back. */
export function playbookOf(facts: PromptFacts): string {
  const sections: readonly (readonly [string, string])[] = [
    ['Sessions', dispatchTable(facts)],
    ['Tracks', summaryTable(facts)],
    ['Before the launch', beforeLaunch(facts)],
    ['Launch order', launchTable(facts)],
    ['After each merge', afterMerge(facts)],
    ['Final gate', finalGate(facts)],
    ['Combined behaviour', combined(facts)],
    ['Issue closure', closure(facts)],
  ];
  const body = sections.map(([title, text]) => `## ${title}\n\n${text}`).join('\n\n');
  return `# Playbook of ${oneLine(facts.plan.name)}\n\nNobody but you sees the whole. Launch nothing before its time, merge one branch at a time, and close issues yourself, when their work is merged.\n\n${body}\n`;
}

/** The four questions, as far as a program can answer them. */
function beforeLaunch(facts: PromptFacts): string {
  const { report, plan } = facts;
  const questions = report.questions.map(
    ({ question, answer, why }) =>
      `- [${answer === 'yes' ? 'x' : ' '}] ${oneLine(question)} ${answer === 'person' ? 'You decide' : answer}: ${oneLine(why)}`,
  );
  const outside = plan.tasks.some((task) => facts.style === 'outside' || OUTSIDERS.has(agentOf(facts, task) ?? ''));
  return [
    ...questions,
    ...(outside ? ['- [ ] 30 minutes after sending: every agent outside has picked its issue up'] : []),
    '',
    'A question that is answered with no is a reason not to launch yet.',
  ].join('\n');
}

function afterMerge(facts: PromptFacts): string {
  const { plan, target } = facts;
  const { github, others } = grouped(plan.tasks.flatMap(({ issues }) => issues));
  const states = github.map(({ option, numbers }) =>
    code(
      `for i in ${numbers.join(' ')}; do gh issue view $i${option} --json number,state -q '[.number,.state]|@tsv'; done`,
    ),
  );
  const checks = new Map(plan.tasks.map((task) => [task.id, spelledAll(checksOf(facts, task), facts.planFile) || '—']));
  const close =
    github.length === 0
      ? 'in its tracker'
      : `with ${[...new Set(github.map(({ option }) => code(`gh issue close <N>${option} --comment "…"`)))].join(' or ')}`;
  return [
    `1. Bring ${code(target)} up to date: ${code(`git switch ${target}`)}, then ${code('git pull --ff-only')}.`,
    `2. Look for what a conflict left: ${code("git grep -nE '^(<<<<<<<|>>>>>>>) '")} finds nothing.`,
    `3. ${code('git log -1 --stat')}: only paths that the track may touch, and code where code was asked for. A commit in a track's name that does not touch its paths is scope drift.`,
    `4. State of the issues: ${[...states, ...others.map(shortLink)].join('; ') || 'none are named'}.`,
    `5. Close what is merged and still OPEN now, ${close}, with what the track found as the comment; do not leave it for the end. Merged work with an open issue is a zombie.`,
    "6. Run the track's own check; only then launch who waits for it.",
    '',
    branchTable(facts, (id) => checks.get(id) ?? '—'),
  ].join('\n');
}

function finalGate(facts: PromptFacts): string {
  const { plan, label, planFile } = facts;
  const all = [...plan.checks, ...plan.finalChecks];
  const repos = grouped(plan.tasks.flatMap(({ issues }) => issues)).github.map(({ option }) => option);
  const sweeps = (repos.length === 0 ? [''] : repos).map((option) =>
    code(`gh issue list${option} --label ${quoted(oneLine(label ?? ''))} --state open --limit 50`),
  );
  return [
    `- [ ] All tracks are merged: ${plan.tasks.length} of ${plan.tasks.length}`,
    all.length === 0
      ? '- [ ] No checks are in the plan: say how the whole was verified'
      : `- [ ] ${spelledAll(all, planFile)} on the tip of ${code(facts.target)}`,
    label === null
      ? '- [ ] No label was named to sweep (`--label`): look through the open issues yourself'
      : `- [ ] ${sweeps.join(', ')} lists nothing that was merged`,
  ].join('\n');
}

/** One list for the whole: each track may be right and the sum of them wrong. */
function combined({ plan }: PromptFacts): string {
  const names = trackNames(plan);
  return [
    '- [ ] Each track kept to its paths',
    '- [ ] One pass over the whole, where tracks meet',
    ...plan.tasks.flatMap((task) => task.done.map((each) => `- [ ] ${oneLine(each)} (${names.get(task.id)})`)),
  ].join('\n');
}

function closure({ plan }: PromptFacts): string {
  const names = trackNames(plan);
  return plan.tasks
    .map((task) => {
      const verb = isReadOnly(task) ? 'comments on' : 'closes';
      const issues = task.issues.map((ref) => linked(issueLink(ref))).join(', ');
      return `- [ ] ${names.get(task.id)} ${issues === '' ? 'names no issue' : `${verb}: ${issues}`}`;
    })
    .join('\n');
}
