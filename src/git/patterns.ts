import { type BytePath, toText } from './safe-fs.ts';

export type PathMatcher = {
  /** The path itself, or a folder above it, is named by a pattern. */
  readonly matches: (path: string) => boolean;
  /** Something below this folder could be. */
  readonly mayMatchBelow: (folder: string) => boolean;
};

/**
 * Patterns as in `.gitignore`, without negation: a name without a slash is found at any depth, a leading or inner slash
 * anchors, `*` stays within a level, `**` does not, and what lies below a named folder is named too.
 */
export function pathMatcher(patterns: readonly string[]): PathMatcher {
  const rules = patterns
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '' && !pattern.startsWith('#'));
  const found = rules.map(expression);
  const prefixes = rules.map(literalPrefix);
  return {
    matches: (path) => found.some((rule) => rule.test(path)),
    mayMatchBelow: (folder) =>
      prefixes.some((prefix) => prefix === '' || prefix.startsWith(`${folder}/`) || `${folder}/`.startsWith(prefix)),
  };
}

function expression(pattern: string): RegExp {
  const bare = pattern.replace(/^\/+/, '').replace(/\/+(\*\*)?$/, '');
  const isAnchored = pattern.replace(/\/+$/, '').includes('/');
  let source = isAnchored ? '^' : '^(?:.*/)?';
  for (let at = 0; at < bare.length; ) {
    const [text, length] = step(bare, at);
    source += text;
    at += length;
  }
  return new RegExp(`${source}(?:/|$)`, 'su');
}

function step(pattern: string, at: number): readonly [source: string, length: number] {
  if (pattern.startsWith('**/', at)) return ['(?:.*/)?', 3];
  if (pattern.startsWith('**', at)) return ['.*', 2];
  const char = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  if (char === '*') return ['[^/]*', 1];
  if (char === '?') return ['[^/]', 1];
  return [char.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'), char.length];
}

function literalPrefix(pattern: string): string {
  if (!pattern.replace(/\/+$/, '').includes('/')) return '';
  const literal = /^[^*?[]*/.exec(pattern.replace(/^\/+/, ''))?.[0] ?? '';
  return literal.slice(0, literal.lastIndexOf('/') + 1);
}

export const matchesBytes = (matcher: PathMatcher, path: BytePath): boolean =>
  matcher.matches(toText(path).replace(/\/$/, ''));
