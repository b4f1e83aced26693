import { kinds as k } from './kinds.ts';

const NUMBER = String.raw`\d{1,12}(?:\.\d{1,4})?`;
const MONEY = new RegExp(`^\\$ ?(${NUMBER})$`);
const TOKENS = new RegExp(`^(${NUMBER}) ?([kM]?)(?: ?tokens?)?$`);

/** Dollars of `$5`; null: it is no such text. */
export function dollarsIn(text: string): number | null {
  const [, amount] = MONEY.exec(text) ?? [];
  return amount === undefined ? null : Number(amount);
}

/** Tokens of `200k`, `1.5M tokens` or `3000`; null: it is no such text. */
export function tokensIn(text: string): number | null {
  const [, amount, unit = ''] = TOKENS.exec(text) ?? [];
  if (amount === undefined) return null;
  return Math.round(Number(amount) * (unit === 'M' ? 1e6 : unit === 'k' ? 1e3 : 1));
}

const ofTokens = (text: string): string | null =>
  tokensIn(text) === null ? 'is no number of tokens such as 200k or 1.5M' : null;
const ofEither = (text: string): string | null =>
  dollarsIn(text) !== null || (/tokens?$/.test(text) && tokensIn(text) !== null)
    ? null
    : 'is neither an amount of money such as $5 nor a number of tokens such as 200k tokens';

/** Tokens as a number, or as people write many of them. */
export const tokens = k.either('a whole number of tokens, or a text such as 200k', [
  k.whole(0, 1_000_000_000_000),
  k.worded('a text', ofTokens),
]);

/** Money or tokens: the text says which. */
export const amount = k.worded('an amount such as "$5" or "200k tokens"', ofEither);
