/** How an item speaks of others. */
export type Reference = {
  /** The words that say so. */
  readonly said: string;
  readonly to:
    | { readonly is: 'number'; readonly numbers: readonly number[] }
    | { readonly is: 'words'; readonly words: readonly string[]; readonly kind: 'sequence' | 'product' }
    | { readonly is: 'previous' | 'first' | 'both' | 'earlier' | 'others' | 'unnamed' };
};

type Pattern = { readonly pattern: RegExp; readonly to: (match: RegExpExecArray) => Reference['to'] | null };

const NUMBERS = '(?:(?:tasks?|items?|steps?|points?|numbers?|nos?\\.?)\\s+#?|#)?\\d{1,4}';
const LIST = `(${NUMBERS}(?:\\s*(?:,\\s*and\\s|,|and\\s|&)\\s*${NUMBERS})*)`;
const OVER = '(?:is|are|has|have|lands?|landed|finish(?:es|ed)?|done|complete[sd]?|merged?|passes|works|ready)\\b';
const ENDS = `(?=\\s*(?:[.,;:)\\n]|$|${OVER}))`;
const WAITS =
  '(?:after|once|when|until|following|wait(?:s|ing)?\\s+for|depends?\\s+on|depending\\s+on|based\\s+on|builds?\\s+on|building\\s+on|on\\s+top\\s+of|blocked\\s+by)';
const USES = '(?:needs?|requires?|using|uses?|from|given)';
const MADE = '(?:results?|outputs?|findings?|reports?|outcomes?|conclusions?|changes)';
const FRESH = '(?:new|updated|refactored|migrated|resulting|generated|renamed|reworked|changed|finished)';
const NOUNS = '((?:[\\p{L}][\\p{L}\\p{N}_-]*)(?:\\s+[\\p{L}][\\p{L}\\p{N}_-]*){0,2})';
const ONE = '(?:one|task|item|step|point)';

const re = (source: string): RegExp => new RegExp(source, 'giu');
const numbers = (text = ''): readonly number[] => [...text.matchAll(/\d+/g)].map(([found]) => Number(found));
const byNumber = (match: RegExpExecArray): Reference['to'] => ({ is: 'number', numbers: numbers(match[1]) });
const byWords =
  (kind: 'sequence' | 'product') =>
  (match: RegExpExecArray): Reference['to'] | null => {
    const words = (match[1] ?? '').toLowerCase().split(/\s+/);
    return PRONOUNS.has(words[0] ?? '') ? null : { is: 'words', words, kind };
  };
const fixed = (is: 'previous' | 'first' | 'both' | 'earlier' | 'others' | 'unnamed') => (): Reference['to'] => ({ is });

const PRONOUNS = new Set(
  'that this it its those these them they you we i he she all both everything each every any above previous preceding first last other others rest'.split(
    ' ',
  ),
);

/** In this order: what names a number says more than what names a thing, and that more than "then". */
const PATTERNS: readonly Pattern[] = [
  { pattern: re(`\\b${MADE}\\s+(?:of|from|in)\\s+(?:the\\s+)?${LIST}`), to: byNumber },
  { pattern: re(`\\b${WAITS}\\s+${LIST}${ENDS}`), to: byNumber },
  { pattern: re(`\\b${USES}\\s+(?=tasks?\\s|items?\\s|steps?\\s|#)${LIST}\\b`), to: byNumber },
  { pattern: re(`\\b${USES}\\s+${LIST}(?=\\s*(?:[.,;:)\\n]|$|'s\\s))`), to: byNumber },
  { pattern: re(`\\b(${NUMBERS})(?:'s|’s)\\s+(?:own\\s+)?[a-z]`), to: byNumber },
  { pattern: re('\\b((?:tasks?|items?)\\s+#?\\d{1,4}(?:\\s*(?:,|and|&)\\s*#?\\d{1,4})*)\\b'), to: byNumber },
  { pattern: re(`\\bthe\\s+(?:previous|preceding)\\s+${ONE}\\b`), to: fixed('previous') },
  { pattern: re(`\\b(?:the\\s+)?first\\s+${ONE}\\b`), to: fixed('first') },
  { pattern: re(`\\b${WAITS}\\s+both\\b|\\b${MADE}\\s+of\\s+both\\b`), to: fixed('both') },
  {
    pattern: re(
      '\\b(?:all|everything|each)\\s+(?:of\\s+)?(?:the\\s+)?above\\b|\\ball\\s+(?:of\\s+)?(?:these|those)\\s+(?:are|have)\\b',
    ),
    to: fixed('earlier'),
  },
  {
    pattern: re(
      `\\b${WAITS}\\s+(?:everything\\s+else|(?:all\\s+)?(?:of\\s+)?the\\s+(?:others|rest|other\\s+(?:tasks|items))|everything\\s+(?=${OVER})|all\\s+others)`,
    ),
    to: fixed('others'),
  },
  {
    pattern: re(`\\b(?:after|once|when|until|following|wait(?:s|ing)?\\s+for)\\s+(?:the|our)\\s+${NOUNS}`),
    to: byWords('sequence'),
  },
  {
    pattern: re(
      `\\b(?:after|once|when)\\s+${NOUNS}(?=\\s+(?:is|are|has|have)\\s+(?:been\\s+)?(?:done|finished|complete|merged|landed|ready|in\\s+place|there))`,
    ),
    to: byWords('sequence'),
  },
  {
    pattern: re(
      `\\b${MADE}\\s+(?:of|from)\\s+(?:the\\s+|all\\s+)*(?:previous|preceding|earlier|other)\\s+(?:tasks|items|steps|points|work)\\b`,
    ),
    to: fixed('unnamed'),
  },
  { pattern: re(`\\b${MADE}\\s+(?:of|from)\\s+(?:the\\s+|our\\s+)?${NOUNS}`), to: byWords('sequence') },
  { pattern: re(`\\b(?:depends?\\s+on|builds?\\s+on|based\\s+on)\\s+(?:the\\s+)?${NOUNS}`), to: byWords('product') },
  { pattern: re(`\\bthe\\s+${FRESH}\\s+${NOUNS}`), to: byWords('product') },
  {
    pattern: re(
      `^(?:and\\s+)?(?:then|next|afterwards?|after\\s+(?:that|this|it)|finally|lastly|subsequently|at\\s+the\\s+end)\\b`,
    ),
    to: fixed('unnamed'),
  },
  {
    pattern: re(
      `\\b(?:${WAITS}|${USES}|with|per|see)\\s+(?:the\\s+above|the\\s+(?:previous|preceding)\\b|(?:the|that|this|those|these|its|their)\\s+${MADE}(?!\\s+(?:of|from|in)\\b)|above\\b)`,
    ),
    to: fixed('unnamed'),
  },
  {
    pattern: re(
      `\\b(?:based\\s+on|after|once|when|depends?\\s+on|builds?\\s+on)\\s+(?:that|this|it|these|those|them)\\b`,
    ),
    to: fixed('unnamed'),
  },
];

/** Everything in a text that speaks of another item's result, or of its time. A stretch of text is read once. */
export function referencesIn(text: string): readonly Reference[] {
  const taken: { readonly from: number; readonly to: number }[] = [];
  const found: Reference[] = [];
  for (const { pattern, to } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const [from, until] = [match.index, match.index + match[0].length];
      if (taken.some((range) => from < range.to && until > range.from)) continue;
      const what = to(match);
      if (what === null) continue;
      taken.push({ from, to: until });
      found.push({ said: match[0].replace(/\s+/g, ' ').trim(), to: what });
    }
  }
  return found.slice(0, REFERENCES_MAX);
}

/** Nobody says more of others in one item; a text made to keep us busy does. */
const REFERENCES_MAX = 50;
