import type { Origin } from '../draft.ts';
import type { Remarks } from '../remarks.ts';
import type { SourceFile } from '../source.ts';

/** A task within a plan file: a step of the plan's task. */
export type Step = { readonly text: string; readonly at: Origin; readonly stops: boolean };

const TYPES = {
  auto: false,
  tdd: false,
  'checkpoint:human-verify': true,
  'checkpoint:decision': true,
  'checkpoint:human-action': true,
};

const TASK = /<task\b([^>]*)>([\s\S]*?)<\/task>/g;

/** The `<task>` elements of a plan file. */
export function stepsIn({ path, text }: SourceFile, remarks: Remarks): readonly Step[] {
  const body = blanked(text, /<!--[\s\S]*?-->/g);
  return [...body.matchAll(TASK)].map((match): Step => {
    const [, attributes = '', inside = ''] = match;
    const at = { file: path, line: body.slice(0, match.index).split('\n').length };
    const type = /\btype="([^"]*)"/.exec(attributes)?.[1] ?? 'auto';
    if (!Object.hasOwn(TYPES, type)) remarks.unknown(at, type, { of: 'type of a task', means: TYPES });
    const said = ['name', 'decision', 'what-built', 'action']
      .map((tag) => element(inside, tag))
      .find((each) => each !== '');
    return { text: said ?? type, at, stops: type.startsWith('checkpoint:') };
  });
}

const element = (text: string, tag: string): string =>
  (new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text)?.[1] ?? '').replace(/\s+/g, ' ').trim();

/** Blanks in place of it, so that lines stay where they are. */
const blanked = (text: string, what: RegExp): string => text.replace(what, (found) => found.replace(/[^\n]/g, ' '));

/** The text of a plan file for whoever works on it, without what only GSD's own commands make something of. */
export function wordsFor(text: string): string {
  const body = text.replace(/^\ufeff?---[ \t]*\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/, '');
  return body
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<(execution_context|output)>[\s\S]*?<\/\1>/g, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
