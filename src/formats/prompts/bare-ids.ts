import type { Diagnostic } from '../../core/diagnostic.ts';
import type { Plan, Task } from '../../core/plan.ts';
import type { PromptFacts } from './facts.ts';
import { issueLink, shortLink } from './issue-link.ts';
import { doubtful } from './texts.ts';

/** Issues of a task that nobody could click on. */
export const bareIds = (task: Task): readonly Diagnostic[] =>
  task.issues.flatMap((ref, at) => {
    const { key, url } = issueLink(ref);
    return url === null ? [bare(task, `issues[${at}]`, key)] : [];
  });

/** Ids of issues in a task's texts that no issue of the plan has an address for. */
export function bareIn({ plan }: PromptFacts, task: Task): readonly Diagnostic[] {
  const links = plan.tasks.flatMap(({ issues }) => issues.map(issueLink));
  const projects = new Set(links.flatMap(({ key }) => /^([A-Z][A-Z0-9]*)-\d+$/.exec(key)?.[1] ?? []));
  const withNumbers = links.some(({ github }) => github !== null);
  const reachable = new Set(links.flatMap(({ key, url }) => (url === null ? [] : [key])));
  const isId = (word: string): boolean =>
    word.startsWith('#') ? withNumbers : projects.has(word.replace(/-\d+$/, ''));
  return textsOf(task).flatMap(([field, text]) => {
    const words = [...text.matchAll(IDS)].flatMap(([, , id]) => id ?? []);
    return [...new Set(words)].filter((id) => isId(id) && !reachable.has(id)).map((id) => bare(task, field, id));
  });
}

const textsOf = ({ title, brief, steps, done }: Task): readonly (readonly [string, string])[] => [
  ['title', title],
  ...(brief !== null && 'text' in brief ? [['brief', brief.text] as const] : []),
  ...steps.map((text, at) => [`steps[${at}]`, text] as const),
  ...done.map((text, at) => [`done[${at}]`, text] as const),
];

/** What is a link, code or an address already is passed over: the first group. */
const IDS = /(\[[^\]]*\]\([^)]*\)|`+[^`]*`+|https?:\/\/\S+)|(?<![\w/#&-])([A-Z][A-Z0-9]*-\d+|#\d+)(?![\w-])/g;

/** The text with every issue of the plan that has an address made a link. */
export function linkedIn({ tasks }: Plan, text: string): string {
  const links = new Map(tasks.flatMap(({ issues }) => issues.map(issueLink)).map((link) => [link.key, link]));
  return text.replace(IDS, (whole: string, _kept: string | undefined, id: string | undefined) => {
    const link = id === undefined ? undefined : links.get(id);
    return link === undefined ? whole : shortLink(link);
  });
}

const bare = (task: Task, field: string, key: string): Diagnostic =>
  doubtful(task, field, {
    code: 'bare-issue',
    what: `${key} is a bare id`,
    why: 'Who reads the prompt has nothing to click on, and an agent has to guess whose issue it is',
    next: 'Write its address, or a link as in [PAY-10](https://…)',
  });
