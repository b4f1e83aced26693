import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as wholeStream } from 'node:stream/consumers';

export type FakeIssue = {
  readonly number: number;
  readonly title: string;
  body: string;
  readonly state?: 'open' | 'closed';
  readonly reason?: string;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  readonly estimate?: number;
  readonly blockedBy?: readonly number[];
  readonly association?: string;
  parent?: number | null;
};
type Seen = { readonly method: string; readonly path: string; readonly token: string | null; readonly body: unknown };
/** An answer in place of the real one: status, headers and text. */
type Fault = { readonly status: number; readonly headers?: Record<string, string>; readonly text: string };

/**
 * A tracker on this machine that answers as GitHub's REST interface (`/repos/acme/shop/…`) and Linear's GraphQL
 * interface (`/graphql`, team PAY) do, for what Branchline asks of them.
 */
export class TrackerServer implements AsyncDisposable {
  readonly issues: FakeIssue[];
  readonly seen: Seen[] = [];
  /** Used up one by one before anything else is answered. */
  readonly faults: Fault[] = [];
  pageSize = 100;
  readonly #server: Server;

  private constructor(issues: readonly FakeIssue[]) {
    this.issues = [...issues];
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(issues: readonly FakeIssue[] = []): Promise<TrackerServer> {
    const server = new TrackerServer(issues);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const said = await wholeStream(request);
    const body: unknown = said === '' ? null : JSON.parse(said);
    const { method = '', url = '' } = request;
    this.seen.push({ method, path: url, token: request.headers.authorization ?? null, body });
    const fault = this.faults.shift();
    if (fault !== undefined) {
      response.writeHead(fault.status, fault.headers).end(fault.text);
      return;
    }
    const address = new URL(url, this.url);
    const [status, answer] =
      address.pathname === '/graphql' ? this.#graphql(body as Query) : this.#rest(method, address, body as RestBody);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #rest(method: string, { pathname, searchParams }: URL, body: RestBody): readonly [number, unknown] {
    if (/^\/repos\/acme\/shop\/assignees\/dana$/.test(pathname)) return [204, ''];
    const found = /^\/repos\/acme\/shop\/issues(?:\/(\d+))?(\/.+)?$/.exec(pathname);
    if (found === null) return [404, { message: 'Not Found' }];
    const [, digits, below] = found;
    if (digits === undefined) return method === 'POST' ? [201, this.#made(body)] : [200, this.#page(searchParams)];
    const issue = this.issues.find(({ number }) => number === Number(digits));
    if (issue === undefined) return [404, { message: 'Not Found' }];
    if (below === undefined) return [200, this.#shown(issue)];
    if (below === '/comments') return [201, {}];
    if (below === '/dependencies/blocked_by') {
      const blockers = this.issues.filter(({ number }) => issue.blockedBy?.includes(number));
      return [200, blockers.map((each) => this.#shown(each))];
    }
    if (method === 'GET') return [200, this.#page(searchParams, issue.number)];
    const child = this.issues.find(({ number }) => number + 9000 === body.sub_issue_id);
    if (child === undefined)
      return [422, { message: 'Validation Failed', errors: [{ field: 'sub_issue_id', code: 'invalid' }] }];
    child.parent = issue.number;
    return [201, this.#shown(issue)];
  }

  #page(search: URLSearchParams, parent?: number): readonly unknown[] {
    const label = search.get('labels');
    const fits = this.issues.filter(
      (each) => (parent === undefined || each.parent === parent) && (label === null || each.labels?.includes(label)),
    );
    const [size, page] = [Number(search.get('per_page') ?? 30), Number(search.get('page') ?? 1)];
    return fits.slice((page - 1) * size, page * size).map((each) => this.#shown(each));
  }

  #made({ title = '', body = '', labels = [], assignees = [] }: RestBody): unknown {
    const number = Math.max(0, ...this.issues.map((each) => each.number)) + 1;
    const issue = { number, title, body, labels, assignees, association: 'OWNER', parent: null };
    this.issues.push(issue);
    return this.#shown(issue);
  }

  #shown(issue: FakeIssue): object {
    const { number, title, body, state = 'open', reason = null, labels = [], assignees = [] } = issue;
    return {
      ...{ id: number + 9000, number, title, body, state, state_reason: reason },
      html_url: `https://github.com/acme/shop/issues/${number}`,
      repository_url: `${this.url}/repos/acme/shop`,
      labels: labels.map((name) => ({ name })),
      assignees: assignees.map((login) => ({ login })),
      author_association: issue.association ?? 'OWNER',
      sub_issues_summary: { total: this.issues.filter(({ parent }) => parent === number).length },
      issue_dependencies_summary: { total_blocked_by: issue.blockedBy?.length ?? 0 },
    };
  }

  #graphql({ query, variables }: Query): readonly [number, unknown] {
    const name = /^(?:query|mutation) (\w+)/.exec(query)?.[1];
    if (name === 'Labels') return data({ issueLabels: { nodes: [{ id: 'L1', name: 'backend', team: null }] } });
    if (name === 'Users') return data({ users: { nodes: variables.who === 'dana' ? [{ id: 'U1' }] : [] } });
    if (name === 'Create')
      return data({ issueCreate: { success: true, issue: this.#linearMade(variables.input ?? {}) } });
    if (name === 'Comment') return data({ commentCreate: { success: true } });
    if (name === 'Labelled') return data({ issues: this.#linearPage(this.issues, variables.after) });
    const parent = this.issues.find(({ number }) => `PAY-${number}` === variables.id);
    if (parent === undefined)
      return [
        200,
        { data: null, errors: [{ message: 'Entity not found: Issue', extensions: { code: 'INPUT_ERROR' } }] },
      ];
    const children = this.issues.filter((each) => each.parent === parent.number);
    return data({
      issue: { ...this.#linear(parent), team: { id: 'T1' }, subs: this.#linearPage(children, variables.after) },
    });
  }

  #linearPage(issues: readonly FakeIssue[], after: string | null | undefined): object {
    const from = Number(after ?? 0);
    const to = from + Math.min(25, this.pageSize);
    const pageInfo = { hasNextPage: to < issues.length, endCursor: String(to) };
    return { nodes: issues.slice(from, to).map((each) => this.#linear(each)), pageInfo };
  }

  #linearMade(input: LinearInput): object {
    const number = Math.max(0, ...this.issues.map((each) => each.number)) + 1;
    const parent = this.issues.find((each) => `I${each.number}` === input.parentId)?.number ?? null;
    const { title = '', description = '' } = input;
    this.issues.push({ number, title, body: description, parent });
    return { identifier: `PAY-${number}`, url: `https://linear.app/acme/issue/PAY-${number}` };
  }

  #linear({ number, title, body, ...issue }: FakeIssue): object {
    return {
      ...{ id: `I${number}`, identifier: `PAY-${number}`, title, description: body },
      url: `https://linear.app/acme/issue/PAY-${number}`,
      estimate: issue.estimate ?? null,
      archivedAt: null,
      state: { type: issue.reason ?? (issue.state === 'closed' ? 'completed' : 'started') },
      assignee: issue.assignees?.[0] === undefined ? null : { displayName: issue.assignees[0] },
      labels: { nodes: (issue.labels ?? []).map((name) => ({ name })) },
      children: { nodes: [] },
      inverseRelations: {
        nodes: (issue.blockedBy ?? []).map((each) => ({
          type: 'blocks',
          issue: { identifier: `PAY-${each}`, state: { type: 'started' } },
        })),
      },
    };
  }
}

type RestBody = {
  readonly title?: string;
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
  readonly sub_issue_id?: number;
};
type LinearInput = { readonly title?: string; readonly description?: string; readonly parentId?: string };
type Query = {
  readonly query: string;
  readonly variables: {
    readonly id?: string;
    readonly who?: string;
    readonly after?: string | null;
    readonly input?: LinearInput;
  };
};
const data = (value: object): readonly [number, unknown] => [200, { data: value }];
