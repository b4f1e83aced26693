import { expect, test } from 'vitest';
import { TrackerServer } from '../../test/rig/tracker-server.ts';
import { issuePlace } from '../core/issue-text.ts';
import type { IssuePlace, Tracker } from '../core/ports/tracker.ts';
import { githubTracker } from './github.ts';
import { linearTracker } from './linear.ts';

const TOKEN = 'made-up-token-4711';
type Set = { readonly make: (url: string, token?: string | null) => Tracker; readonly place: IssuePlace };
const at = (text: string): IssuePlace => issuePlace(text) ?? { tracker: 'linear', team: 'X', issue: 0, label: null };
const pause = async (): Promise<void> => undefined;
const github: Set = {
  make: (url, token = TOKEN) => githubTracker({ url, token, variable: 'GITHUB_TOKEN', name: 'GitHub', pause }),
  place: at('github:acme/shop#12'),
};
const linear: Set = {
  make: (url, token = TOKEN) =>
    linearTracker({ url: `${url}/graphql`, token, variable: 'LINEAR_API_KEY', name: 'Linear', pause }),
  place: at('linear:PAY-12'),
};
const both = [
  ['GitHub', github],
  ['Linear', linear],
] as const;
const parent = { number: 12, title: 'Audit log', body: '' };
const children = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ number: 100 + index, title: `T${index}`, body: '', parent: 12 }));

test.each(both)('%s: sub-issues come from every page, with what blocks them', async (_, { make, place }) => {
  await using server = await TrackerServer.start([
    parent,
    ...children(120),
    { number: 300, title: 'Last', body: 'B', parent: 12, blockedBy: [100], assignees: ['dana'], labels: ['x'] },
  ]);
  const list = await make(server.url).list(place);
  if (!list.ok) throw new Error(list.error.why);
  expect(list.value.parent?.title).toBe('Audit log');
  expect(list.value.issues).toHaveLength(121);
  expect(list.value.issues.at(-1)).toMatchObject({
    ...{ title: 'Last', body: 'B', state: 'open', labels: ['x'], assignees: ['dana'] },
    blockedBy: [{ key: place.tracker === 'github' ? '#100' : 'PAY-100', isOver: false }],
  });
});

test.each([
  [401, {}, '{"message":"Bad credentials made-up-token-4711"}', 'does not know who asks'],
  [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000000' }, '{}', 'takes no more requests'],
  [403, {}, '{"message":"Resource not accessible"}', 'does not allow it'],
  [404, {}, '{"message":"Not Found"}', 'has nothing there'],
  [422, {}, '{"message":"Validation Failed","errors":[{"field":"title","code":"missing"}]}', 'cannot take it'],
  [429, { 'retry-after': '30' }, '', 'takes no more requests'],
  [200, {}, '<html>Log in</html>', 'could not be had'],
  [200, {}, `"${'x'.repeat(9_000_000)}"`, 'could not be had'],
] as const)('an answer of %i (%o) is said with what, why and what next, and never with the token', async (...fault) => {
  const [status, headers, text, what] = fault;
  for (const [, { make, place }] of both) {
    await using server = await TrackerServer.start([parent]);
    server.faults.push({ status, headers, text });
    const list = await make(server.url).list(place);
    if (list.ok) throw new Error('it should have been refused');
    expect(list.error.what).toContain(what);
    expect(Object.values(list.error).every((sentence) => sentence.length > 0)).toBe(true);
    expect(JSON.stringify(list.error)).not.toContain(TOKEN);
    expect(server.seen).toHaveLength(1);
  }
});

test('a rate limit says when it ends, and a missing token which variable to set', async () => {
  await using server = await TrackerServer.start([parent]);
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000000' };
  server.faults.push({ status: 403, headers, text: '{}' }, { status: 401, text: '{}' });
  const limited = await github.make(server.url, null).list(github.place);
  expect(limited).toMatchObject({
    error: { next: expect.stringContaining('2027-01-15T08:00:00.000Z; with GITHUB_TOKEN') },
  });
  const unknown = await github.make(server.url, null).list(github.place);
  expect(unknown).toMatchObject({ error: { why: 'GITHUB_TOKEN is not set' } });
});

test("Linear's own words for a limit, a wrong key and nothing there are understood", async () => {
  await using server = await TrackerServer.start([]);
  for (const [code, what] of [
    ['RATELIMITED', 'takes no more'],
    ['AUTHENTICATION_ERROR', 'does not know who'],
  ]) {
    server.faults.push({ status: 400, text: JSON.stringify({ errors: [{ message: 'No', extensions: { code } }] }) });
    expect(await linear.make(server.url).list(linear.place)).toMatchObject({
      error: { what: expect.stringContaining(what ?? '') },
    });
  }
  expect(await linear.make(server.url).list(linear.place)).toMatchObject({
    error: { what: expect.stringContaining('has nothing there') },
  });
});

test.each(both)('%s: a read is tried again after a fault of the server, a write is not', async (_, { make, place }) => {
  await using server = await TrackerServer.start([parent]);
  server.faults.push({ status: 500, text: 'Oops' }, { status: 502, text: 'Oops' });
  expect((await make(server.url).list(place)).ok).toBe(true);
  const before = server.seen.length;
  server.faults.push({ status: 500, text: '{}' });
  expect((await make(server.url).comment(place, 'Hello')).ok).toBe(false);
  expect(server.seen).toHaveLength(before + 1);
});

test.each(both)(
  '%s: a redirect to another host is not followed, so no token gets there',
  async (_, { make, place }) => {
    await using other = await TrackerServer.start([parent]);
    await using server = await TrackerServer.start([parent]);
    server.faults.push({ status: 307, headers: { location: `${other.url}/graphql?${TOKEN}` }, text: '' });
    const list = await make(server.url).list(place);
    expect(list).toMatchObject({ ok: false, error: { what: expect.stringContaining('has moved to 127.0.0.1') } });
    expect(JSON.stringify(list)).not.toContain(TOKEN);
    expect(other.seen).toEqual([]);
  },
);

test('without https a token goes to this machine only', async () => {
  expect(await github.make('http://tracker.example').list(github.place)).toMatchObject({
    error: { why: 'Without https anybody on the way could read the token' },
  });
});

test('an issue of GitHub that was made and not attached is found again, unless a stranger wrote it', async () => {
  await using server = await TrackerServer.start([parent]);
  const issue = { title: 'T', body: 'B', labels: [], estimate: null, assignee: 'nobody' };
  // The question about the person, the new issue, and then a fault when it is attached.
  const made = github.make(server.url);
  server.faults.push({ status: 404, text: '{}' });
  const done = await made.create(github.place, issue);
  expect(done).toMatchObject({ ok: true, value: { key: '#13', notes: ['nobody cannot be assigned in acme/shop'] } });
  server.issues.push({ number: 14, title: 'T', body: 'B', association: 'NONE' });
  const strays = await made.strays(github.place);
  expect(strays.ok && strays.value.map(({ key, isByMember }) => [key, isByMember])).toEqual([
    ...[
      ['#12', true],
      ['#13', true],
      ['#14', false],
    ],
  ]);
});
