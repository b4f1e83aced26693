import type { Failure, LimitKind } from '../core/failure.ts';
import type { Instant } from '../core/time.ts';
import { resetTimeIn } from './reset-time.ts';

/** A failure that the vendor's account or model caused, not the agent's work. */
type LimitFailure = Extract<Failure, { readonly reason: 'limited' | 'login' | 'context-full' }>;

/**
 * What the last words of a failed agent say about limits; null when they say nothing. Only to be asked about an attempt
 * that did fail: the words also occur in honest work. `until` is when the vendor says it ends, without any margin.
 */
export const limitIn = (text: string, now: Instant): LimitFailure | null => {
  const lines = text.trimEnd().split('\n').slice(-lastLines);
  for (const { as, when } of signs) {
    const line = lines.findLast((one) => when.test(one));
    if (line === undefined) continue;
    const message = line.trim().slice(0, messageLength_max);
    if (as === 'login' || as === 'context-full') return { reason: as, message };
    // The time may stand on a line of its own below.
    const until = resetTimeIn(lines.slice(lines.indexOf(line)).join('\n'), now);
    return { reason: 'limited', limit: as, until, message };
  }
  return null;
};

/** Far enough up for a stack trace below the message, not so far as to read the agent's own test output. */
const lastLines = 12;
const messageLength_max = 300;

type Sign = { readonly as: LimitKind | 'login' | 'context-full'; readonly when: RegExp };

const status = (code: string): RegExp =>
  new RegExp(
    `\\b(?:error|status|http|code)\\W{0,4}(?:code\\W{0,3})?${code}\\b|\\b${code}\\s+(?:\\{|too many|overloaded|unauthorized|payload)`,
    'i',
  );

/** In order: what is more particular comes first, since vendors use the same words for different limits. */
const signs: readonly Sign[] = [
  { as: 'burst', when: /not your usage limit|temporarily limiting requests/i },
  {
    as: 'context-full',
    when: /prompt (?:is|as) too long|context_length_exceeded|prompt_too_long|compact_error\s*=\s*exhausted|maximum context length|exceeds the maximum number of tokens|context (?:window|limit)\b.*(?:exceed|exhaust|full|too)|(?:exceed|ran out of).*context (?:window|limit)/i,
  },
  { as: 'context-full', when: status('413') },
  {
    as: 'login',
    when: /login (?:has )?expired|please run \/?\w* ?\/?login|not logged in|invalid (?:x-)?api[- ]key|authentication_error|authentication required|(?:oauth )?token (?:has )?(?:expired|been revoked)|invalid_grant/i,
  },
  { as: 'login', when: status('401') },
  {
    as: 'credits',
    when: /out of (?:usage )?credits|spend(?:ing)? limit|credit balance is too low|insufficient_quota|exhausted.*budget|budget.*exhausted|402 payment/i,
  },
  { as: 'weekly', when: /(?:weekly|monthly|7[- ]day|opus|sonnet|model)[\w -]* limit|limit.*\b(?:week|month)\b/i },
  { as: 'window', when: /usage limit|session limit|5[- ]hour limit|hit your limit|limit reached/i },
  { as: 'overload', when: /overloaded|experiencing high demand|server is busy|at capacity/i },
  { as: 'overload', when: status('(?:529|503)') },
  { as: 'burst', when: /rate[_ -]?limit|too many requests|exceeded retry limit/i },
  { as: 'burst', when: status('429') },
  {
    as: 'network',
    when: /(?:api|model|stream|connection|request).*(?:econnreset|econnrefused|enotfound|etimedout|eai_again|socket hang up|fetch failed|connection error|network error)|stream disconnected/i,
  },
];
