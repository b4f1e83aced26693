import type { TrackerTrouble } from '../core/ports/tracker.ts';
import { err, ok, type Result } from '../core/result.ts';
import { visible } from '../core/visible.ts';
import { refusalOf } from './refusals.ts';

/** What both trackers are reached with. */
export type Reach = {
  /** Where its interface is. The token goes to this host and to no other. */
  readonly url: string;
  /** null: nobody gave one. */
  readonly token: string | null;
  /** Variable that a person gives it in. */
  readonly variable: string;
  /** How it is called in sentences. */
  readonly name: string;
  readonly timeout_ms?: number;
  /** Waits before a read is tried again. */
  readonly pause?: (ms: number) => Promise<void>;
};

export type Asked = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Only what changes nothing is asked for twice. */
  readonly isRead: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** What it is about, for sentences. */
  readonly about: string;
};
export type Answer = { readonly status: number; readonly headers: Headers; readonly data: unknown };
type Asking = Promise<Result<Answer, TrackerTrouble>>;

const BYTES_MAX = 8 * 1024 * 1024;
const TIMEOUT_MS = 20_000;
const PAUSES_MS = [250, 1_000];

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks, and reads tried again where the other side stumbled. Never throws; nothing that it says holds the token. */
export async function ask(reach: Reach, asked: Asked): Asking {
  const unfit = unfitAddress(reach);
  if (unfit !== null) return err(unfit);
  let answer = await once(reach, asked);
  for (const ms of PAUSES_MS) {
    if (!asked.isRead || !isStumble(answer)) break;
    await (reach.pause ?? wait)(ms);
    answer = await once(reach, asked);
  }
  return answer.ok ? refusedOr(reach, asked, answer.value) : answer;
}

const isStumble = (answer: Result<Answer, TrackerTrouble>): boolean => answer.ok && answer.value.status >= 500;

function refusedOr(reach: Reach, { about }: Asked, answer: Answer): Result<Answer, TrackerTrouble> {
  const trouble = refusalOf(answer, {
    about,
    name: reach.name,
    variable: reach.variable,
    hasToken: reach.token !== null,
  });
  return trouble === null ? ok(answer) : err(withoutToken(trouble, reach.token));
}

async function once(reach: Reach, { method, path, body, headers, about }: Asked): Asking {
  try {
    const response = await fetch(`${reach.url.replace(/\/+$/, '')}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // Whoever is redirected to would be handed the token.
      redirect: 'manual',
      signal: AbortSignal.timeout(reach.timeout_ms ?? TIMEOUT_MS),
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      return err(withoutToken(redirected(about, response.headers.get('location'), reach), reach.token));
    }
    const text = await bounded(response);
    if (text === null) return err(trouble(about, `The answer has more than ${BYTES_MAX / 1024 / 1024} MiB`, reach));
    const data = parsed(text);
    if (data === undefined && response.ok && text !== '') return err(trouble(about, 'The answer is no JSON', reach));
    return ok({ status: response.status, headers: response.headers, data });
  } catch (error) {
    return err(withoutToken(unreached(about, error, reach), reach.token));
  }
}

/** The whole text, unless it is larger than anything that is meant. */
async function bounded(response: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return '';
  for await (const part of response.body) {
    bytes += part.length;
    // Leaving the loop ends the stream.
    if (bytes > BYTES_MAX) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A token in the clear is for a program on this machine only. */
function unfitAddress({ url, name }: Reach): TrackerTrouble | null {
  const found = URL.canParse(url) ? new URL(url) : null;
  if (found?.protocol === 'https:') return null;
  if (found?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(found.hostname)) return null;
  return {
    what: `${name} is not asked at ${visible(url)}`,
    why: 'Without https anybody on the way could read the token',
    next: `Set trackers.${name.toLowerCase()}.url to an address that begins with https://`,
  };
}

const trouble = (about: string, why: string, { name }: Reach): TrackerTrouble => ({
  what: `${about} could not be had from ${name}`,
  why,
  next: `Look at trackers.${name.toLowerCase()}.url (branchline config explain), or try again later`,
});

function unreached(about: string, error: unknown, reach: Reach): TrackerTrouble {
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  const late = `There was no answer within ${(reach.timeout_ms ?? TIMEOUT_MS) / 1000} seconds`;
  return trouble(about, isLate ? late : `It cannot be reached: ${visible(why).slice(0, 200)}`, reach);
}

function redirected(about: string, location: string | null, { url, name }: Reach): TrackerTrouble {
  const target = location !== null && URL.canParse(location, url) ? new URL(location, url) : null;
  return {
    what: `${about} has moved${target === null ? '' : ` to ${visible(target.host)}`}`,
    why: 'A redirect is not followed, since the token would go along',
    next: `Name it as ${name} calls it now, or set trackers.${name.toLowerCase()}.url`,
  };
}

/** What the other side says may hold what it was sent. */
function withoutToken({ what, why, next }: TrackerTrouble, token: string | null): TrackerTrouble {
  const clean = (text: string): string => (token === null || token === '' ? text : text.replaceAll(token, '[token]'));
  return { what: clean(what), why: clean(why), next: clean(next) };
}
