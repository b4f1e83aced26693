/**
 * The question with which an agent's closing words end, when it is one that only a person can answer; null for everything
 * else: an offer of more after the work, politeness, a compiler's suggestion, a question inside of code or quotes. Meant for
 * an agent that has changed nothing: it waits, although it looks finished.
 */
export const closingQuestion = (text: string): string | null => {
  const paragraphs = withoutCode(text)
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
  const last = paragraphs.at(-1) ?? '';
  // Options may stand in a list of their own below the question.
  const isList = last.split('\n').every((line) => LIST_ITEM.test(line));
  const whole = isList && paragraphs.length > 1 ? `${paragraphs.at(-2)}\n${last}` : last;
  const asking = sentenceIn(whole);
  if (asking === null || asking.length > QUESTION_LENGTH_MAX) return null;
  if (!ASKS_A_PERSON.test(asking) || NOT_MEANT.test(asking)) return null;
  const isOffer = OFFERS.test(asking);
  if (isOffer && SAYS_DONE.test(text.slice(0, text.lastIndexOf(asking)))) return null;
  return whole.length > TEXT_LENGTH_MAX ? asking : whole;
};

const QUESTION_LENGTH_MAX = 600;
const TEXT_LENGTH_MAX = 1200;

const LIST_ITEM = /^\s*(?:[-*•]|\(?[0-9a-z]{1,2}[.)])\s+\S/i;

/** Fenced code is gone; what it held is nobody's question. */
const withoutCode = (text: string): string => text.replaceAll(/^\s*(```|~~~)[\s\S]*?(?:^\s*\1.*$|$(?![\s\S]))/gm, '\n');

/** The last sentence before a list of options, or of all, if it is a question. */
const sentenceIn = (paragraph: string): string | null => {
  const lines = paragraph.split('\n');
  while (lines.length > 1 && LIST_ITEM.test(lines.at(-1) ?? '')) lines.pop();
  const words = lines
    .join(' ')
    .replaceAll(/[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}/g, '')
    .trim();
  if (!/\?[)"”’'\s]*$/.test(words) || /["“'`][^"”'`]*\?["”'`]\s*$/.test(words)) return null;
  const [sentence] = /[^.!?…]*(?:[.](?=[\w/])[^.!?…]*)*\?[)"”’'\s]*$/.exec(words) ?? [];
  return sentence?.replace(/^[)\]"”’'\s]+/, '').trim() ?? null;
};

/** How a question to a person begins, wherever in its sentence. */
const ASKS_A_PERSON =
  /(?:^|[,;:–—-]\s*|\b(?:and|or|so|but|please|then)\s+)(?:which|what|where|who|whom|whose|when|how|why|should|shall|may|can|could|would|will|do|does|did|is|are|am|was|has|have)\b/i;

/** What looks like a question and waits for nobody. */
const NOT_MEANT =
  /\bdid you mean\b|\banything else\b|\b(?:any|other|more|further) questions?\b|\bhow (?:can|may) i help\b|\bsound good\b|\bright\?$|\bisn'?t it\b|\bmake sense\b|\bwhat could go wrong\b|\bwho knows\b|\bwhy not\?|https?:\/\/\S*\?/i;

const OFFERS = /\b(?:(?:would|do) you (?:like|want|prefer)|want me to|shall i|should i|may i|can i|could i)\b/i;
const SAYS_DONE =
  /\b(?:done|completed?|finished|implemented|fixed|added|updated|created|written|wrote|committed|passes|passing|pass)\b/i;
