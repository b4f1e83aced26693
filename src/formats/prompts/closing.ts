import { code } from '../../core/brief/fence.ts';
import { isReadOnly, type Task } from '../../core/plan.ts';
import { type IssueLink, issueLink, shortLink } from './issue-link.ts';
import { and } from './texts.ts';

/** The issues of one repository of GitHub, which one command can take. */
export type IssueGroup = { readonly option: string; readonly numbers: readonly string[] };

/** Issues that `gh` reaches, by repository, and the others. */
export function grouped(refs: readonly string[]): {
  readonly github: readonly IssueGroup[];
  readonly others: readonly IssueLink[];
} {
  const links = refs.map(issueLink);
  const groups = new Map<string, string[]>();
  for (const { github } of links) {
    if (github === null) continue;
    const option = github.repo === null ? '' : ` -R ${github.repo}`;
    groups.set(option, [...(groups.get(option) ?? []), github.number]);
  }
  return {
    github: [...groups].map(([option, numbers]) => ({ option, numbers: [...new Set(numbers)] })),
    others: links.filter(({ github }) => github === null),
  };
}

/**
 * The last thing in the prompt, after the push: an agent takes "commit and push" for the end. It comments only. An issue
 * is closed once its work is merged and checked, by whoever merges; until then it may come back.
 */
export function closingOf(task: Task): string {
  const { github, others } = grouped(task.issues);
  const comments = [
    ...github.map(
      ({ option, numbers }) =>
        `run ${code(`gh issue comment <N>${option} --body "…"`)} for each of ${numbers.join(', ')}`,
    ),
    ...(others.length === 0 ? [] : [`comment on ${and(others.map(shortLink))}`]),
  ];
  const proofs = [
    ...github.map(({ option, numbers }) => `${code(readBack(option, numbers))} prints the address of yours for each`),
    ...(others.length === 0 ? [] : [`${github.length === 0 ? 'each issue' : 'each of the others'} shows yours`]),
  ];
  const what = isReadOnly(task) ? 'your findings' : 'what you did and the commit, proposing to close it once merged';
  if (comments.length === 0)
    return `${MANDATORY} (1) Say ${what}. (2) Verify that the pushed branch holds that commit.`;
  return `${MANDATORY} (1) Comment ${what}: ${comments.join('; ')}. Do not close anything yourself. (2) Verify your comments: ${proofs.join('; ')}.`;
}

const MANDATORY = '**MANDATORY — do not end the session until you have done BOTH:**';

const readBack = (option: string, numbers: readonly string[]): string =>
  `for i in ${numbers.join(' ')}; do gh issue view $i${option} --json comments -q '.comments[-1].url'; done`;
