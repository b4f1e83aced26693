import { shortKey, taskList } from '../core/issue-text.ts';
import type { IssuePlace, NewIssue, Tracker, TrackerIssue, TrackerTrouble } from '../core/ports/tracker.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Answer, type Asked, ask, type Reach } from './http.ts';
import { Json } from './json.ts';

type Place = Extract<IssuePlace, { readonly tracker: 'github' }>;
type Told<T> = Promise<Result<T, TrackerTrouble>>;
const PAGE = 100;
const PAGES_MAX = 20;

/** GitHub by its REST interface. */
export function githubTracker(reach: Reach): Tracker {
  const hub = new GitHub(reach);
  const at = <T>(place: IssuePlace, act: (here: Place) => Told<T>): Told<T> =>
    place.tracker === 'github' ? act(place) : Promise.resolve(err(notHere(place)));
  return {
    list: (place) => at(place, (here) => hub.list(here)),
    strays: (place) => at(place, (here) => hub.strays(here)),
    adopt: (place, key) => at(place, (here) => hub.adopt(here, key)),
    create: (place, issue) => at(place, (here) => hub.create(here, issue)),
    comment: (place, text) => at(place, (here) => hub.comment(here, text)),
  };
}

class GitHub {
  readonly #reach: Reach;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  async list(place: Place): Told<{ parent: TrackerIssue | null; issues: readonly TrackerIssue[] }> {
    if (place.issue === null) {
      const label = place.label === null ? '' : `&labels=${encodeURIComponent(place.label)}`;
      const found = await this.#pages(`/repos/${place.repo}/issues?state=all${label}`, place);
      if (!found.ok) return found;
      const issues = found.value.filter((each) => !each.get('pull_request').isThere);
      return this.#whole(null, issues, place);
    }
    const parent = await this.#read(issuePath(place), nameOf(place));
    if (!parent.ok) return parent;
    const found = await this.#pages(`${issuePath(place)}/sub_issues?`, place);
    if (!found.ok) return found;
    const listed = await this.#listed(parent.value, found.value, place);
    if (!listed.ok) return listed;
    const all = [...found.value, ...listed.value];
    return this.#whole(
      parent.value,
      all.filter((each) => hasLabel(each, place.label)),
      place,
    );
  }

  /** Making an issue and hanging it below its parent are two steps, and something may happen between them. */
  async strays(place: Place): Told<readonly TrackerIssue[]> {
    const path = `/repos/${place.repo}/issues?state=all&sort=created&direction=desc&per_page=${PAGE}`;
    const found = await this.#read(path, `the newest issues of ${place.repo}`);
    return found.ok ? ok(found.value.items.map((each) => issueOf(each, place, []))) : found;
  }

  async adopt(place: Place, key: string): Told<void> {
    const path = `/repos/${place.repo}/issues/${encodeURIComponent(key.replace('#', ''))}`;
    const child = await this.#read(path, `issue ${key} of ${place.repo}`);
    return child.ok ? this.#hang(place, key, child.value.get('id').number) : child;
  }

  async create(place: Place, issue: NewIssue): Told<{ key: string; url: string; notes: readonly string[] }> {
    const { title, body, labels, assignee } = issue;
    const who = assignee === null ? null : await this.#mayBeAssigned(place, assignee);
    if (who !== null && !who.ok) return who;
    const assignees = assignee !== null && who?.value === true ? [assignee] : [];
    const notes = assignee === null || assignees.length > 0 ? [] : [`${assignee} cannot be assigned in ${place.repo}`];
    const made = await this.#ask({
      ...{ method: 'POST', path: `/repos/${place.repo}/issues`, isRead: false, about: `a new issue in ${place.repo}` },
      body: { title, body, labels, assignees },
    });
    if (!made.ok) return made;
    const answer = new Json(made.value.data);
    const number = answer.get('number').number;
    if (number === null) return err(strange(`a new issue in ${place.repo}`));
    const key = `#${number}`;
    const hung = await this.#hang(place, key, answer.get('id').number);
    return hung.ok ? ok({ key, url: answer.get('html_url').text ?? '', notes }) : hung;
  }

  async comment(place: Place, text: string): Told<void> {
    const about = `a comment on ${nameOf(place)}`;
    const path = `${issuePath(place)}/comments`;
    const said = await this.#ask({ method: 'POST', path, isRead: false, about, body: { body: text } });
    return said.ok ? ok(undefined) : said;
  }

  async #hang(place: Place, key: string, id: number | null): Told<void> {
    const about = `${key} as a sub-issue of ${nameOf(place)}`;
    if (id === null) return err(strange(about));
    const path = `${issuePath(place)}/sub_issues`;
    const hung = await this.#ask({ method: 'POST', path, isRead: false, about, body: { sub_issue_id: id } });
    if (hung.ok) return ok(undefined);
    return err({ ...hung.error, next: `${hung.error.next}. ${key} is there: the same command takes it up again` });
  }

  async #mayBeAssigned({ repo }: Place, login: string): Told<boolean> {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(login)) return ok(false);
    const asked = { method: 'GET', isRead: true, about: `whether ${login} can be assigned in ${repo}` } as const;
    const answer = await this.#ask({ ...asked, path: `/repos/${repo}/assignees/${login}` });
    return answer.ok ? ok(true) : absentAs(answer, false);
  }

  /** Issues that only the task list of the parent names. */
  async #listed(parent: Json, known: readonly Json[], place: Place): Told<readonly Json[]> {
    const there = new Set(known.map((each) => keyOf(each, place.repo)));
    const keys = taskList(parent.get('body').text ?? '', place.repo).flatMap(({ key }) => key ?? []);
    const more = [...new Set(keys)].filter((key) => /^#\d+$/.test(key) && !there.has(key));
    const found: Json[] = [];
    for (const key of more.slice(0, PAGE)) {
      const path = `/repos/${place.repo}/issues/${key.slice(1)}`;
      const issue = await this.#ask({ method: 'GET', isRead: true, path, about: `issue ${key} of ${place.repo}` });
      const answer = issue.ok ? ok(new Json(issue.value.data)) : absentAs(issue, null);
      if (!answer.ok) return answer;
      if (answer.value !== null && !answer.value.get('pull_request').isThere) found.push(answer.value);
    }
    return ok(found);
  }

  async #whole(parent: Json | null, found: readonly Json[], place: Place): ReturnType<GitHub['list']> {
    const issues: TrackerIssue[] = [];
    for (const each of found) {
      const blockers = await this.#blockers(each, place);
      if (!blockers.ok) return blockers;
      issues.push(issueOf(each, place, blockers.value));
    }
    return ok({ parent: parent === null ? null : issueOf(parent, place, []), issues });
  }

  async #blockers(issue: Json, { repo }: Place): Told<TrackerIssue['blockedBy']> {
    const summary = issue.get('issue_dependencies_summary');
    const isKnown = summary.isThere;
    if (isKnown && (summary.get('total_blocked_by').number ?? summary.get('blocked_by').number) === 0) return ok([]);
    const of = repoOf(issue) ?? repo;
    const path = `/repos/${of}/issues/${issue.get('number').number}/dependencies/blocked_by?per_page=${PAGE}`;
    const about = `what blocks ${keyOf(issue, repo)}`;
    const answer = await this.#ask({ method: 'GET', isRead: true, path, about });
    // A server that tells nothing of dependencies may not know them at all.
    if (!answer.ok) return isKnown ? answer : absentAs(answer, []);
    const blockers = new Json(answer.value.data).items;
    return ok(blockers.map((each) => ({ key: keyOf(each, repo), isOver: each.get('state').text === 'closed' })));
  }

  async #pages(path: string, place: Place): Told<readonly Json[]> {
    const all: Json[] = [];
    for (let page = 1; page <= PAGES_MAX; page++) {
      const found = await this.#read(`${path}&per_page=${PAGE}&page=${page}`.replace('?&', '?'), nameOf(place));
      if (!found.ok) return found;
      all.push(...found.value.items);
      if (found.value.items.length < PAGE) return ok(all);
    }
    const what = `${nameOf(place)} has more than ${PAGE * PAGES_MAX} issues`;
    return err({ what, why: 'That is no plan that a person reads', next: 'Name a parent issue or a label with fewer' });
  }

  async #read(path: string, about: string): Told<Json> {
    const answer = await this.#ask({ method: 'GET', isRead: true, path, about });
    if (!answer.ok) return answer;
    const { data } = answer.value;
    return typeof data === 'object' && data !== null ? ok(new Json(data)) : err(strange(about));
  }

  #ask(asked: Omit<Asked, 'headers'>): Told<Answer> {
    const { token } = this.#reach;
    const headers = {
      accept: 'application/vnd.github+json',
      'content-type': 'application/json',
      'user-agent': 'branchline',
      'x-github-api-version': '2022-11-28',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    return ask(this.#reach, { ...asked, headers });
  }
}

const issuePath = ({ repo, issue }: Place): string => `/repos/${repo}/issues/${issue}`;
const nameOf = ({ repo, issue }: Place): string =>
  issue === null ? `issues of ${repo}` : `issue #${issue} of ${repo}`;

/** What is not there is no trouble in some places. */
const absentAs = <T>(answer: Result<unknown, TrackerTrouble>, value: T): Result<T, TrackerTrouble> =>
  answer.ok || answer.error.what.startsWith('GitHub has nothing there') ? ok(value) : answer;

const labelsOf = (issue: Json): readonly string[] =>
  issue.get('labels').items.flatMap((each) => each.get('name').text ?? each.text ?? []);
const hasLabel = (issue: Json, label: string | null): boolean =>
  label === null || labelsOf(issue).some((each) => each.toLowerCase() === label.toLowerCase());

const repoOf = (issue: Json): string | null =>
  /\/repos\/([\w.-]+\/[\w.-]+)$/.exec(issue.get('repository_url').text ?? '')?.[1] ?? null;

function keyOf(issue: Json, repo: string): string {
  const number = issue.get('number').number ?? 0;
  return shortKey(`${repoOf(issue) ?? repo}#${number}`, repo);
}

function issueOf(issue: Json, { repo }: Place, blockedBy: TrackerIssue['blockedBy']): TrackerIssue {
  const isClosed = issue.get('state').text === 'closed';
  const isDropped = ['not_planned', 'duplicate'].includes(issue.get('state_reason').text ?? '');
  return {
    key: keyOf(issue, repo),
    url: issue.get('html_url').text ?? '',
    title: issue.get('title').text ?? '',
    body: issue.get('body').text ?? '',
    state: isClosed ? (isDropped ? 'dropped' : 'done') : 'open',
    labels: labelsOf(issue),
    assignees: issue.get('assignees').items.flatMap((each) => each.get('login').text ?? []),
    estimate: null,
    blockedBy,
    children: issue.get('sub_issues_summary').get('total').number ?? 0,
    isByMember: ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(issue.get('author_association').text ?? ''),
  };
}

const strange = (about: string): TrackerTrouble => ({
  what: `GitHub answers otherwise than it should: ${about}`,
  why: 'The answer lacks what it always has',
  next: 'Check trackers.github.url (branchline config explain trackers.github.url)',
});

const notHere = ({ tracker }: IssuePlace): TrackerTrouble => ({
  what: `GitHub has no issues of ${tracker}`,
  why: 'It is another tracker',
  next: 'Name it as in github:acme/shop#12',
});
