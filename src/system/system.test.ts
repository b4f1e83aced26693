import { expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { dayAround, dayName } from './day.ts';
import { readEnvironment } from './environment.ts';
import { newRunId, newToken } from './ids.ts';
import { pathsFor, repositoryState } from './paths.ts';

const day = Date.UTC(2026, 10, 23);

test('a run id says the day and sorts by time', () => {
  const ids = [0, 4_000, 3_600_000, 86_399_999, 86_400_000].map((later) => newRunId(day + later));
  expect(ids[0]).toMatch(/^2026-11-23-[0-9b-z]{5}$/);
  expect([...ids].sort()).toEqual(ids);
});

test('run ids of one instant differ nearly always, and tokens always', () => {
  expect(new Set(Array.from({ length: 20 }, () => newRunId(day))).size).toBeGreaterThan(10);
  expect(new Set(Array.from({ length: 1_000 }, newToken)).size).toBe(1_000);
});

test('state goes to BRANCHLINE_STATE_DIR, else to XDG_STATE_HOME, else to the custom of the system', () => {
  const paths = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
    pathsFor(readEnvironment('/fallback', { HOME: '/home/ada', ...env }), platform, '/somewhere');
  expect(paths({})).toEqual({
    state: '/home/ada/.local/state/branchline',
    config: '/home/ada/.config/branchline',
    cache: '/home/ada/.cache/branchline',
  });
  expect(paths({ XDG_STATE_HOME: '/x', BRANCHLINE_STATE_DIR: '/mine' }).state).toBe('/mine');
  expect(paths({ BRANCHLINE_STATE_DIR: 'here' }).state).toBe('/somewhere/here');
  expect(paths({ XDG_STATE_HOME: '/x' }).state).toBe('/x/branchline');
  expect(paths({ XDG_STATE_HOME: 'relative' }).state).toBe('/home/ada/.local/state/branchline');
  expect(paths({}, 'darwin').state).toBe('/home/ada/Library/Application Support/branchline');
  expect(repositoryState(paths({ BRANCHLINE_STATE_DIR: '/mine' }), 'shop-1f')).toBe('/mine/shop-1f');
});

test('an empty variable counts as unset, and a missing HOME is asked of the system', () => {
  const environment = readEnvironment('/fallback', { NO_COLOR: '', CI: 'false', EDITOR: 'vi', VISUAL: '' });
  expect(environment).toMatchObject({ home: '/fallback', noColor: false, ci: false, editor: 'vi', stateDir: null });
});

test('waiting ends at its instant, at once when that is past, and at once when it is aborted', async () => {
  const abort = new AbortController();
  await systemClock.until(0, abort.signal);
  const start = systemClock.now();
  await systemClock.until(start + 20, abort.signal);
  expect(systemClock.now()).toBeGreaterThanOrEqual(start + 20);
  const long = systemClock.until(start + 1e9, abort.signal);
  abort.abort();
  await long;
});

test('a day lasts from midnight to midnight where the machine is, also when the clocks are changed', () => {
  const before = process.env['TZ'];
  const hours = (zone: string, at: number): readonly [number, string] => {
    process.env['TZ'] = zone;
    const { from, until } = dayAround(at);
    expect(from <= at && at < until).toBe(true);
    expect(dayAround(from)).toEqual({ from, until });
    expect(dayAround(until).from).toBe(until);
    return [(until - from) / 3_600_000, dayName(at)];
  };
  try {
    expect(hours('UTC', Date.UTC(2026, 10, 24, 12))).toEqual([24, '2026-11-24']);
    expect(hours('Europe/Berlin', Date.UTC(2026, 2, 29, 12))).toEqual([23, '2026-03-29']);
    expect(hours('Europe/Berlin', Date.UTC(2026, 9, 25, 12))).toEqual([25, '2026-10-25']);
    expect(hours('Asia/Kolkata', Date.UTC(2026, 10, 24, 20))).toEqual([24, '2026-11-25']);
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});
