import { ALLOW, type Asked, REFUSE } from '../core/question.ts';
import { visible } from '../core/visible.ts';

/** A question as a file holds it: plain text, or these fields as JSON. */
export type Wording = {
  readonly text: string;
  readonly kind?: Asked['kind'];
  readonly options?: readonly string[];
  /** Of a question of kind `scope`: what else may be written, relative to the worktree. */
  readonly paths?: readonly string[];
};

export type Progress = { readonly done: number; readonly of: number; readonly text: string };

export const TEXT_CHARS_MAX = 8_000;
export const OPTIONS_MAX = 20;
export const PATHS_MAX = 50;
export const LINE_CHARS_MAX = 200;
const STEPS_MAX = 100_000;

/** Never a refusal: what cannot be understood as fields is asked as the text that it is. */
export function questionIn(raw: string): { readonly asked: Asked; readonly paths: readonly string[] } {
  const fields = fieldsIn(raw);
  const text = fields === null ? '' : textOf(fields['text']);
  if (fields === null || text === '') return { asked: { kind: 'free', text: textOf(raw), options: [] }, paths: [] };
  const options = linesOf(fields['options'], OPTIONS_MAX);
  if (fields['kind'] === 'scope') return scopeQuestion(text, textsOf(fields['paths'], PATHS_MAX).filter(isBelow));
  if (fields['kind'] === 'approve') {
    return { asked: { kind: 'approve', text, options: options.length === 0 ? [ALLOW, REFUSE] : options }, paths: [] };
  }
  return { asked: { kind: options.length === 0 ? 'free' : 'choice', text, options }, paths: [] };
}

/** The paths are shown as they will be allowed, whatever the text makes of them; without any, nothing can be allowed. */
function scopeQuestion(text: string, paths: readonly string[]): ReturnType<typeof questionIn> {
  if (paths.length === 0) return { asked: { kind: 'free', text, options: [] }, paths };
  const listed = paths.map((path) => `- ${path}`).join('\n');
  return {
    asked: { kind: 'scope', text: `${text}\n\nMay it also write:\n${listed}`, options: [ALLOW, REFUSE] },
    paths,
  };
}

/** Whether a path stays below the worktree, means what it says (no pattern), and is fit to be shown as it is. */
export function isBelow(path: string): boolean {
  if (path === '' || path.length > LINE_CHARS_MAX || visible(path) !== path || /[\n\t*]/.test(path)) return false;
  return !/^(?:[/\\]|[a-z]:)/i.test(path) && !path.split(/[/\\]/).includes('..');
}

/** null: that is no progress. */
export function progressIn(raw: string): Progress | null {
  const { done, of, text } = fieldsIn(raw) ?? {};
  if (!isCount(done) || !isCount(of) || done > of) return null;
  return { done, of, text: lineOf(text) };
}

/** The text of a report: plain, or the field `text`. */
export const reportIn = (raw: string): string => textOf(fieldsIn(raw)?.['text']) || textOf(raw);

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= STEPS_MAX;

function fieldsIn(raw: string): Readonly<Record<string, unknown>> | null {
  if (!raw.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(raw) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  const text = visible(value).trim();
  return text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX)} […]`;
}

const lineOf = (value: unknown): string => textOf(value).replace(/\s+/g, ' ').slice(0, LINE_CHARS_MAX);

const textsOf = (value: unknown, max: number): readonly string[] =>
  (Array.isArray(value) ? value : []).filter((each) => typeof each === 'string').slice(0, max);

const linesOf = (value: unknown, max: number): readonly string[] => [
  ...new Set(
    textsOf(value, max)
      .map(lineOf)
      .filter((line) => line !== ''),
  ),
];
