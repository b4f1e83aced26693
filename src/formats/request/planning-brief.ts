/** What a planning agent is told. */
export type PlanningBrief = {
  /** In a person's words. */
  readonly request: string;
  /** `parents`: the large tasks alone, to be looked at by a person; `tasks`: the whole plan. */
  readonly step: 'parents' | 'tasks';
  /** The large tasks that a person has agreed to, as a plan; null: nobody was asked. */
  readonly parents: string | null;
  /** What it wrote before, and what is wrong with it or what a person wants changed. */
  readonly before: { readonly plan: string; readonly wrong: readonly string[]; readonly wish: string | null } | null;
};

/** More of a plan that has to be written again is no help. */
const BEFORE_CHARS_MAX = 16_000;
const WRONG_MAX = 40;

/** The brief of whoever makes a plan of a request. It has no heading: it is a part of an ordinary brief. */
export function planningBrief({ request, step, parents, before }: PlanningBrief): string {
  return [
    'Make a plan of the request below. Read the repository as far as the plan needs it, and change nothing in it: nobody wants the work itself from you.',
    OUTPUT,
    step === 'parents' ? PARENTS : tasksOf(parents !== null),
    FORMAT,
    `The request, in a person's words:\n\n${quoted(request)}`,
    ...(parents === null ? [] : [`The large tasks that a person has agreed to:\n\n${quoted(parents)}`]),
    ...(before === null ? [] : [againOf(before)]),
  ].join('\n\n');
}

const OUTPUT =
  'Write the plan, as YAML and nothing else, to the file that `BRANCHLINE_REPORT` names. It stands there in place of the paragraph that reports usually are; if that file cannot be written, the plan is your last message. What you assume is a comment of the plan, on a line of its own: `# Assumption: …`.';

const PARENTS =
  'This is the first of two steps: write only the large tasks, each with a title, a brief of a sentence or two, and what it needs. A person says next whether they are right; after that each of them is taken apart.';

const tasksOf = (areAgreed: boolean): string =>
  [
    areAgreed
      ? 'This is the second of two steps: take each large task apart.'
      : 'Find the large tasks first. Then take each of them apart.',
    'A task is one concern and at most four hours of work, and says so: `estimate: 90m`. What would be longer is several tasks.',
    'The tasks of one large task carry its title as their `group`; the large task itself is not in the plan.',
    'Two tasks that may write the same file need one another, or one of them is wrong; a task that works with the result of another needs it.',
  ].join(' ');

const FORMAT = `The plan is a map like this one:

~~~~yaml
plan: audit-log
tasks:
  table:
    title: Table for the audit log
    brief: |
      What has to be true in the end, and where to look.
    scope: { may: ["db/**"] }
    done: [Rows are written and read back]
    estimate: 90m
    group: Persistence
  api:
    title: Endpoint that reads the log
    brief: Reads rows by day.
    needs: [table]
    scope: { may: ["src/api/**"], may-not: ["db/**"] }
    checks: [npm test]
    estimate: 3h
    group: API
~~~~

Names of tasks are short words joined by \`-\`. \`**\` in a scope stands for everything below, \`*\` for one level. Name no agents and no models. Other fields: \`branchline check\` knows them all and the plan has to pass it.`;

function againOf({ plan, wrong, wish }: NonNullable<PlanningBrief['before']>): string {
  const shown = plan.length > BEFORE_CHARS_MAX ? `${plan.slice(0, BEFORE_CHARS_MAX)}\n[…]` : plan;
  const more = wrong.length > WRONG_MAX ? [`- and ${wrong.length - WRONG_MAX} more`] : [];
  return [
    `You wrote this before:\n\n${quoted(shown)}`,
    ...(wrong.length === 0
      ? []
      : [
          `It does not pass. Put this right and write the whole plan again:\n\n${[
            ...wrong.slice(0, WRONG_MAX).map((line) => `- ${line.slice(0, 400)}`),
            ...more,
          ].join('\n')}`,
        ]),
    ...(wish === null ? [] : [`A person wants it changed:\n\n${quoted(wish)}`]),
  ].join('\n\n');
}

/** Each line marked, so that no text can pass for a line of ours. */
const quoted = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join('\n');

/** The plan in what an agent said: what stands in a fence of YAML, else all of it. Bare assumptions become comments. */
export function planInReport(said: string): string {
  const fenced = /^(`{3,}|~{3,})ya?ml[ \t]*\r?\n([\s\S]*?)\r?\n\1[ \t]*$/m.exec(said)?.[2] ?? said;
  const text = fenced.replace(/^Assumption:/gm, '# Assumption:').trim();
  return text === '' ? '' : `${text}\n`;
}

/** What the agent took for granted, as it says itself. */
export const assumptionsIn = (plan: string): readonly string[] =>
  [...plan.matchAll(/^[ \t]*#[ \t]*Assumption:[ \t]*(\S.*)$/gm)].map((found) => (found[1] ?? '').trim()).slice(0, 50);
