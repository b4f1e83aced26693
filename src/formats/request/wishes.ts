/** What an item of a request wishes besides its work. */
export type Wishes = {
  /** Names of models or agents as they were written, in order. */
  readonly who: readonly string[];
  readonly worktree: boolean;
  /** The text without its wishes. */
  readonly text: string;
  /** The wishes in its own words. */
  readonly said: readonly string[];
};

const CLAUDE = '(?:claude[- ])?(?:opus|sonnet|haiku)(?:[- ]?\\d+(?:[.-]\\d+)*)?(?:-thinking)?';
const OTHERS = [
  'gpt-[\\w.-]*\\w',
  'gemini(?:-[\\w.-]*\\w)?',
  'codex(?:-[\\w.-]*\\w)?',
  'o[134](?:-(?:mini|pro))?',
  '(?:composer|grok|deepseek|qwen|kimi)(?:-[\\w.-]*\\w)?',
  'claude|cursor|copilot|opencode',
];

const WORKTREE =
  '(?:in|use|with|using)\\s+(?:a|an|its\\s+own|his\\s+own)\\s+(?:own\\s+|separate\\s+|isolated\\s+)?worktree';

/** Models and worktrees that a text asks for. `known`: further names, from a configuration. */
export function wishesIn(text: string, known: readonly string[] = []): Wishes {
  const found = patterns(known).flatMap(({ pattern, is }) =>
    [...text.matchAll(pattern)].map((match) => ({ match, is })),
  );
  const ranges = found
    .map(({ match, is }) => ({ from: match.index, to: match.index + match[0].length, who: match[1], is }))
    .sort((a, b) => a.from - b.from || b.to - a.to);
  const kept: typeof ranges = [];
  for (const range of ranges) if (range.from >= (kept.at(-1)?.to ?? 0)) kept.push(range);
  let rest = text;
  for (const { from, to } of [...kept].reverse()) rest = joined(rest.slice(0, from), rest.slice(to));
  const without = rest.trim();
  return {
    who: kept.flatMap(({ who }) => (who === undefined ? [] : [who.toLowerCase().replace(/\s+/g, '-')])),
    worktree: kept.some(({ is }) => is === 'worktree'),
    text: /[\p{L}\p{N}]/u.test(without) ? without : text.trim(),
    said: kept.map(({ from, to }) => text.slice(from, to).replace(/\s+/g, ' ').trim()),
  };
}

type WishPattern = { readonly pattern: RegExp; readonly is: 'who' | 'worktree' };

/** A name in the middle of a sentence is no wish: "use the gemini API" speaks of what is to be built. */
function patterns(known: readonly string[]): readonly WishPattern[] {
  const own = known.filter((name) => /^[\w.-]+$/.test(name)).map((name) => name.replace(/[.-]/g, '\\$&'));
  const model = `(${[CLAUDE, ...OTHERS, ...own].join('|')})`;
  const tail = `(?:,?\\s+(?:do\\s+(?:it|this)\\s+)?(?:${WORKTREE}|worktree(?=\\s*(?:[.,;)]|$))))`;
  const end = '(?=\\s*(?:[.,;:)]?\\s*$|[.,;)]\\s|\\n))';
  const who = (source: string): WishPattern => ({ pattern: new RegExp(source, 'gimu'), is: 'who' });
  const tree = (source: string): WishPattern => ({ pattern: new RegExp(source, 'gimu'), is: 'worktree' });
  return [
    tree(`\\b(?:(?:use|using|dispatch|have|run\\s+(?:it\\s+|this\\s+)?(?:on|with))\\s+)?${model}${tail}`),
    who(`\\b(?:use|dispatch|have)\\s+${model}\\s+to\\s+(?=\\w)`),
    who(
      `\\b(?:use|using|dispatch|run\\s+(?:it\\s+|this\\s+)?(?:on|with))\\s+${model}(?:\\s+for\\s+(?:this|it))?${end}`,
    ),
    who(`(?<=^|[.;]\\s)${model}(?=\\s*[.,;]?\\s*(?:$(?![\\s\\S])))`),
    who(`\\(${model}\\)`),
    who(`(?<![\\s\\S])${model}:\\s+(?=\\w)`),
    tree(`(?:\\bdo\\s+(?:it|this)\\s+)?\\b${WORKTREE}\\b`),
    tree('(?<=[,.;]\\s*|^)\\bworktree\\b(?=\\s*[.,;)]?\\s*$)'),
    tree('\\(worktree\\)'),
  ];
}

/** What is left on both sides of a wish, without the comma or full stop that stood between. */
function joined(before: string, after: string): string {
  const left = before.replace(/[ \t]+$/, '');
  const right = after.replace(/^[ \t]+/, '');
  if (left === '' || /[\n.;:!?]$/.test(left))
    return `${left}${left === '' || left.endsWith('\n') ? '' : ' '}${right.replace(/^[.,;]\s*/, '')}`;
  if (/^[.,;)]|^$|^\n/.test(right)) return left.replace(/[,;]$/, '') + right.replace(/^,\s*$/, '');
  return `${left} ${right}`;
}

const AGENTS = new Set(['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen', 'cursor']);

/** Who that is for Branchline. `note`: what was made of the word, if it does not stay as it is. */
export type Who = { readonly field: 'agent' | 'model'; readonly value: string; readonly note?: string };

/** @param known names of a configuration, which are names of agents or of aliases of them. */
export function whoIs(word: string, known: readonly string[] = []): Who {
  const own = known.find((name) => name.toLowerCase() === word);
  if (own !== undefined) return { field: 'agent', value: own };
  if (AGENTS.has(word)) return { field: 'agent', value: word };
  const [family] = /opus|sonnet|haiku/.exec(word) ?? [];
  if (family === undefined) return { field: 'model', value: word };
  return family === word
    ? { field: 'model', value: word }
    : { field: 'model', value: family, note: `"${word}" is ${family} for Claude Code` };
}
