import type { IssuePlace, NewIssue, Tracker, TrackerIssue, TrackerTrouble } from '../core/ports/tracker.ts';
import { err, ok, type Result } from '../core/result.ts';
import { ask, type Reach } from './http.ts';
import { Json } from './json.ts';
import { COMMENT, CREATE, LABELLED, LABELS, PARENT, UPDATE, USERS } from './linear-queries.ts';

type Place = Extract<IssuePlace, { readonly tracker: 'linear' }>;
type Told<T> = Promise<Result<T, TrackerTrouble>>;
type Asked = { readonly query: string; readonly variables: object; readonly about: string };
const PAGES_MAX = 40;

/** Linear by its GraphQL interface. */
export function linearTracker(reach: Reach): Tracker {
  const linear = new Linear(reach);
  const at = <T>(place: IssuePlace, act: (here: Place) => Told<T>): Told<T> =>
    place.tracker === 'linear' ? act(place) : Promise.resolve(err(notHere(place)));
  return {
    list: (place) => at(place, (here) => (here.issue === null ? linear.labelled(here) : linear.below(here))),
    // An issue is made below its parent in one step.
    strays: async () => ok([]),
    adopt: (place, key) => at(place, (here) => linear.adopt(here, key)),
    create: (place, issue) => at(place, (here) => linear.create(here, issue)),
    comment: (place, text) => at(place, (here) => linear.comment(here, text)),
  };
}

type List = { parent: TrackerIssue | null; issues: readonly TrackerIssue[] };

class Linear {
  readonly #reach: Reach;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  async below(place: Place): Told<List> {
    const found = await this.#pages(nameOf(place), { query: PARENT, variables: { id: keyOf(place) } }, (data) =>
      data.get('issue').get('subs'),
    );
    if (!found.ok) return found;
    const { nodes, first } = found.value;
    const read = collected([first.get('issue'), ...nodes]);
    if (!read.ok) return read;
    const [parent = null, ...issues] = read.value;
    const isWanted = ({ labels }: TrackerIssue): boolean => place.label === null || labels.includes(place.label);
    return ok({ parent, issues: issues.filter(isWanted) });
  }

  async labelled(place: Place): Told<List> {
    const label = place.label === null ? {} : { labels: { name: { eq: place.label } } };
    const filter = { team: { key: { eq: place.team } }, ...label };
    const asked = { query: LABELLED, variables: { filter } };
    const found = await this.#pages(nameOf(place), asked, (data) => data.get('issues'));
    if (!found.ok) return found;
    const issues = collected(found.value.nodes);
    return issues.ok ? ok({ parent: null, issues: issues.value }) : issues;
  }

  async create(place: Place, issue: NewIssue): Told<{ key: string; url: string; notes: readonly string[] }> {
    const about = `a new sub-issue of ${nameOf(place)}`;
    const parent = await this.#ask({ query: PARENT, variables: { id: keyOf(place) }, about: nameOf(place) }, true);
    if (!parent.ok) return parent;
    const { id, team } = { id: parent.value.get('issue').get('id'), team: parent.value.get('issue').get('team') };
    const labels = await this.#labels(issue.labels, team.get('id').text);
    if (!labels.ok) return labels;
    const person = issue.assignee === null ? ok(null) : await this.#person(issue.assignee);
    if (!person.ok) return person;
    const input = {
      ...{ teamId: team.get('id').text, parentId: id.text, title: issue.title, description: issue.body },
      labelIds: labels.value.ids,
      ...(issue.estimate === null ? {} : { estimate: issue.estimate }),
      ...(person.value === null ? {} : { assigneeId: person.value }),
    };
    const made = await this.#ask({ query: CREATE, variables: { input }, about }, false);
    if (!made.ok) return made;
    const answer = made.value.get('issueCreate').get('issue');
    const key = answer.get('identifier').text;
    if (key === null) return err(strange(about, 'It does not say which issue it made'));
    const nobody = issue.assignee !== null && person.value === null;
    const notes = [
      ...labels.value.absent.map((label) => `${keyOf(place)}'s team has no label "${label}"`),
      ...(nobody ? [`Nobody, or not one alone, is called ${issue.assignee} in Linear`] : []),
    ];
    return ok({ key, url: answer.get('url').text ?? '', notes });
  }

  async adopt(place: Place, key: string): Told<void> {
    const about = `${key} as a sub-issue of ${nameOf(place)}`;
    const variables = { id: key, input: { parentId: keyOf(place) } };
    const done = await this.#ask({ query: UPDATE, variables, about }, false);
    return done.ok ? ok(undefined) : done;
  }

  async comment(place: Place, text: string): Told<void> {
    const about = `a comment on ${nameOf(place)}`;
    const variables = { input: { issueId: keyOf(place), body: text } };
    const said = await this.#ask({ query: COMMENT, variables, about }, false);
    return said.ok ? ok(undefined) : said;
  }

  async #labels(names: readonly string[], team: string | null): Told<{ ids: string[]; absent: string[] }> {
    if (names.length === 0) return ok({ ids: [], absent: [] });
    const found = await this.#ask({ query: LABELS, variables: { names }, about: 'the labels of Linear' }, true);
    if (!found.ok) return found;
    const nodes = found.value.get('issueLabels').get('nodes').items;
    const idOf = (name: string): string | null => {
      const fits = nodes.find((each) => each.get('name').text === name && isOf(each.get('team'), team));
      return fits?.get('id').text ?? null;
    };
    return ok({
      ids: names.flatMap((name) => idOf(name) ?? []),
      absent: names.filter((name) => idOf(name) === null),
    });
  }

  /** null: nobody is called so, or several are. */
  async #person(who: string): Told<string | null> {
    const found = await this.#ask({ query: USERS, variables: { who }, about: `who ${who} is` }, true);
    if (!found.ok) return found;
    const [one, ...others] = found.value.get('users').get('nodes').items;
    return ok(others.length > 0 ? null : (one?.get('id').text ?? null));
  }

  async #pages(
    about: string,
    { query, variables }: Omit<Asked, 'about'>,
    pick: (data: Json) => Json,
  ): Told<{ nodes: readonly Json[]; first: Json }> {
    const nodes: Json[] = [];
    let first: Json | null = null;
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page++) {
      const found = await this.#ask({ query, variables: { ...variables, after }, about }, true);
      if (!found.ok) return found;
      first ??= found.value;
      const connection = pick(found.value);
      nodes.push(...connection.get('nodes').items);
      after = connection.get('pageInfo').get('endCursor').text;
      if (!connection.get('pageInfo').get('hasNextPage').isTrue || after === null) return ok({ nodes, first });
    }
    const next = 'Name a parent issue or a label with fewer';
    return err({ what: `${about} has more than 1000 issues`, why: 'That is no plan that a person reads', next });
  }

  async #ask({ query, variables, about }: Asked, isRead: boolean): Told<Json> {
    const { token } = this.#reach;
    // A personal key goes as it is, a token of OAuth as a bearer.
    const authorization = token === null ? null : token.startsWith('lin_oauth_') ? `Bearer ${token}` : token;
    const headers = { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) };
    const body = { query, variables };
    const answer = await ask(this.#reach, { method: 'POST', path: '', body, isRead, headers, about });
    if (!answer.ok) return answer;
    const data = new Json(answer.value.data).get('data');
    return data.isThere ? ok(data) : err(strange(about, 'The answer holds no data'));
  }
}

/** Labels without a team are the whole workspace's. */
const isOf = (team: Json, id: string | null): boolean => !team.isThere || team.get('id').text === id;
const keyOf = ({ team, issue }: Place): string => `${team}-${issue}`;
const nameOf = (place: Place): string => (place.issue === null ? `issues of ${place.team}` : `issue ${keyOf(place)}`);

const STATES: ReadonlyMap<string, TrackerIssue['state']> = new Map([
  ...['triage', 'backlog', 'unstarted', 'started'].map((each) => [each, 'open'] as const),
  ['completed', 'done'],
  ['canceled', 'dropped'],
  ['duplicate', 'dropped'],
]);

function collected(nodes: readonly Json[]): Result<readonly TrackerIssue[], TrackerTrouble> {
  const issues: TrackerIssue[] = [];
  for (const node of nodes) {
    const issue = issueOf(node);
    if (!issue.ok) return issue;
    issues.push(issue.value);
  }
  return ok(issues);
}

function issueOf(node: Json): Result<TrackerIssue, TrackerTrouble> {
  const key = node.get('identifier').text;
  if (key === null) return err(strange('an issue', 'It has no identifier'));
  const type = node.get('state').get('type').text ?? '';
  const state = STATES.get(type);
  if (state === undefined) return err(strange(`issue ${key}`, `It is in a state of the type "${type.slice(0, 40)}"`));
  const who = node.get('assignee').get('displayName').text;
  const blocks = node
    .get('inverseRelations')
    .get('nodes')
    .items.filter((each) => each.get('type').text === 'blocks');
  return ok({
    key,
    url: node.get('url').text ?? '',
    title: node.get('title').text ?? '',
    body: node.get('description').text ?? '',
    state: state === 'open' && node.get('archivedAt').isThere ? 'dropped' : state,
    labels: node
      .get('labels')
      .get('nodes')
      .items.flatMap((each) => each.get('name').text ?? []),
    assignees: who === null ? [] : [who],
    estimate: node.get('estimate').number,
    blockedBy: blocks.flatMap((each) => {
      const from = each.get('issue');
      const blocker = from.get('identifier').text;
      const isOver = (STATES.get(from.get('state').get('type').text ?? '') ?? 'open') !== 'open';
      return blocker === null ? [] : [{ key: blocker, isOver }];
    }),
    children: node.get('children').get('nodes').items.length,
    // Only members of a workspace write there.
    isByMember: true,
  });
}

const strange = (about: string, why: string): TrackerTrouble => ({
  what: `Linear answers otherwise than it should: ${about}`,
  why,
  next: 'Check trackers.linear.url (branchline config explain trackers.linear.url)',
});

const notHere = ({ tracker }: IssuePlace): TrackerTrouble => ({
  what: `Linear has no issues of ${tracker}`,
  why: 'It is another tracker',
  next: 'Name it as in linear:PAY-9',
});
