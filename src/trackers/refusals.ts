import type { TrackerTrouble } from '../core/ports/tracker.ts';
import { visible } from '../core/visible.ts';
import { Json } from './json.ts';

type Refused = { readonly status: number; readonly headers: Headers; readonly data: unknown };
type About = {
  readonly about: string;
  readonly name: string;
  readonly variable: string;
  readonly hasToken: boolean;
};

/** Why an answer is a refusal; null: it is none. */
export function refusalOf({ status, headers, data }: Refused, about: About): TrackerTrouble | null {
  const errors = new Json(data).get('errors').items;
  const codes = errors.map((each) => each.get('extensions').get('code').text ?? '');
  const said = saidIn(data);
  if (isLimit(status, headers, [...codes, said])) return limited(about, headers);
  if (status === 401 || codes.includes('AUTHENTICATION_ERROR')) return unknownPerson(about, said);
  if (status === 403 || codes.includes('FORBIDDEN')) return forbidden(about, said);
  if (status === 404 || status === 410 || /entity not found/i.test(said)) return absent(about);
  if (status === 422) return unfit(about, said);
  const isWrong = status >= 400 || (about.name === 'Linear' && errors.length > 0);
  if (!isWrong) return null;
  return {
    what: `${about.name} did not do it: ${about.about}`,
    why: said === '' ? `It answered ${status}` : `It answered ${status}: ${said}`,
    next: status >= 500 ? 'Try again later' : 'Look at what it says, and try again',
  };
}

const isLimit = (status: number, headers: Headers, said: readonly string[]): boolean =>
  status === 429 ||
  said.includes('RATELIMITED') ||
  (status === 403 &&
    (headers.get('x-ratelimit-remaining') === '0' ||
      headers.has('retry-after') ||
      said.some((each) => /rate limit/i.test(each))));

function limited({ name, about, hasToken, variable }: About, headers: Headers): TrackerTrouble {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const reset = Number(headers.get('x-ratelimit-reset') ?? headers.get('x-ratelimit-requests-reset') ?? Number.NaN);
  const at = reset > 1e11 ? reset : reset * 1000;
  const isTime = Number.isFinite(at) && Math.abs(at) < 8e15;
  const when = Number.isFinite(seconds)
    ? `in ${seconds} seconds`
    : isTime
      ? `after ${new Date(at).toISOString()}`
      : null;
  return {
    what: `${name} takes no more requests for now: ${about}`,
    why: 'Its rate limit is used up',
    next: `Try again ${when ?? 'in a few minutes'}${hasToken ? '' : `; with ${variable} set there are more`}`,
  };
}

const unknownPerson = ({ name, variable, hasToken, about }: About, said: string): TrackerTrouble => ({
  what: `${name} does not know who asks: ${about}`,
  why: hasToken ? `The token in ${variable} is wrong or has expired${rest(said)}` : `${variable} is not set`,
  next: `Set ${variable} to a token that may read and write issues`,
});

const forbidden = ({ name, variable, hasToken, about }: About, said: string): TrackerTrouble => ({
  what: `${name} does not allow it: ${about}`,
  why: `${hasToken ? `The token in ${variable} may not do that` : `${variable} is not set`}${rest(said)}`,
  next: `Set ${variable} to a token that may read and write issues there`,
});

const absent = ({ name, variable, hasToken, about }: About): TrackerTrouble => ({
  what: `${name} has nothing there: ${about}`,
  why: hasToken
    ? `There is none of that name, or the token in ${variable} may not see it`
    : `There is none of that name, or only those with a token may see it, and ${variable} is not set`,
  next: hasToken ? 'Check the name, and what the token may see' : `Check the name, or set ${variable}`,
});

const unfit = ({ name, about }: About, said: string): TrackerTrouble => ({
  what: `${name} cannot take it: ${about}`,
  why: said === '' ? 'It does not say why' : said,
  next: 'Change what it names, and try again',
});

const rest = (said: string): string => (said === '' ? '' : ` (${said})`);

/** What it says of the reason, on one line and short: it is somebody else's text. */
function saidIn(data: unknown): string {
  const root = new Json(data);
  const details = root.get('errors').items.map((each) => {
    const field = each.get('field').text;
    const text = each.get('message').text ?? each.get('code').text ?? each.text ?? '';
    return field === null ? text : `${field}: ${text}`;
  });
  const parts = [root.get('message').text ?? '', ...details].filter((each) => each !== '');
  return visible(parts.join('; ')).replace(/\s+/g, ' ').slice(0, 300);
}
