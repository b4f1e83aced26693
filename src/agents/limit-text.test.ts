import { describe, expect, test } from 'vitest';
import { limitIn } from './limit-text.ts';
import { resetTimeIn } from './reset-time.ts';

const now = Date.parse('2026-03-10T12:00:00Z');

describe('what a failed agent says', () => {
  test.each([
    ['API Error: Server is temporarily limiting requests (not your usage limit) · Rate limited', 'burst'],
    ["rate_limit_error: This request would exceed your account's rate limit", 'burst'],
    ['API Error: 429 {"type":"error"}', 'burst'],
    ['exceeded retry limit, last status: 429 Too Many Requests', 'burst'],
    ['API Error: 529 Overloaded', 'overload'],
    ['We are experiencing high demand', 'overload'],
    ['Claude AI usage limit reached|1753560000', 'window'],
    ["You've hit your session limit · resets 6:30pm (Europe/Berlin)", 'window'],
    ["You've hit your usage limit. To get more access now, try again at 5:42 PM", 'window'],
    ["You've hit your weekly limit · resets Mar 14, 6pm (UTC)", 'weekly'],
    ['Opus usage limit reached', 'weekly'],
    ["You're out of usage credits. Run /usage-credits to buy more", 'credits'],
    ['You have reached your individual spend limit', 'credits'],
    ['API Error: Connection error: ECONNRESET', 'network'],
  ])('%s is a limit of kind %s (U84)', (text, limit) => {
    expect(limitIn(text, now)).toMatchObject({ reason: 'limited', limit, message: text });
  });

  test.each([
    'Login expired · Please run /login',
    'API Error: 401 {"type":"authentication_error"}',
    'Invalid API key · Fix external API key',
    'OAuth token has expired',
  ])('%s asks for a login (U84)', (text) => {
    expect(limitIn(text, now)).toEqual({ reason: 'login', message: text });
  });

  test.each([
    'prompt is too long: 214676 tokens > 200000 maximum',
    "This model's maximum context length is 128000 tokens (context_length_exceeded)",
    'terminal_reason=prompt_too_long',
    'compact_error=exhausted',
    'API Error: 413 Payload too large',
  ])('%s is a full context', (text) => {
    expect(limitIn(text, now)).toEqual({ reason: 'context-full', message: text });
  });

  test.each([
    '',
    'Error: expected 429 to equal 200',
    '  at line 401 of server.ts',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'AssertionError: 529 rows expected',
    'TypeError: cannot read properties of undefined',
  ])('%j is a failure of its own', (text) => {
    expect(limitIn(text, now)).toBeNull();
  });

  test('counts only in its last words', () => {
    const old = 'API Error: 429 {}\n';
    expect(limitIn(`${old}${'work\n'.repeat(20)}assertion failed`, now)).toBeNull();
    expect(limitIn(`work\n${old}    at stack\n    at trace\n`, now)).toMatchObject({ limit: 'burst' });
  });
});

describe('when a limit ends', () => {
  test.each([
    ['usage limit reached|1753560000', 1_753_560_000_000],
    ['usage limit reached|1753560000123', 1_753_560_000_123],
    ['resets 2026-03-10T18:30:00Z', '2026-03-10T18:30:00Z'],
    ['try again at 2026-03-10T18:30:00+01:00.', '2026-03-10T17:30:00Z'],
    ['resets 6:30pm (Europe/Berlin)', '2026-03-10T17:30:00Z'],
    ['resets 9am (America/New_York)', '2026-03-10T13:00:00Z'],
    // Already past there today: tomorrow.
    ['resets 6am (Europe/Berlin)', '2026-03-11T05:00:00Z'],
    ['resets at 12am (UTC)', '2026-03-11T00:00:00Z'],
    // The clocks go forward on the 29th.
    ['resets Mar 29, 6pm (Europe/Berlin)', '2026-03-29T16:00:00Z'],
    ['try again at Aug 20th, 2026 3:39 AM (UTC)', '2026-08-20T03:39:00Z'],
    ['resets Jan 2, 6pm (UTC)', '2027-01-02T18:00:00Z'],
    ['Retry-After: 30', now + 30_000],
    ['please try again in 5 minutes', now + 300_000],
    ['try again in 2 hours 3 minutes', now + 7_380_000],
    ['Retrying in 1.5s', now + 1_500],
    ['no time here', null],
    ['resets soon', null],
    ['try again at 99:99', null],
  ])('%s', (text, expected) => {
    expect(resetTimeIn(text, now)).toBe(typeof expected === 'string' ? Date.parse(expected) : expected);
  });

  test('is read from the line below too, and is this machine’s time without a zone', () => {
    const failure = limitIn('usage limit reached\nresets 5:42 PM', now);
    const until = failure?.reason === 'limited' ? failure.until : null;
    const local = new Date(until ?? 0);
    expect([local.getHours(), local.getMinutes()]).toEqual([17, 42]);
    expect((until ?? 0) - now).toBeGreaterThan(0);
    expect((until ?? 0) - now).toBeLessThanOrEqual(86_400_000);
  });
});
