import { err, ok, type Result } from '../result.ts';
import { readBracket } from './brackets.ts';
import type { Ranges } from './ranges.ts';

/** Why a pattern cannot be used, at which place of its text (UTF-16 index), and what to write. */
export type PatternError = {
  readonly pattern: string;
  readonly index: number;
  readonly what: string;
  readonly next: string;
};

/** One thing to match; `at` counts code points of the text. */
export type Token =
  | { readonly is: 'char'; readonly char: string; readonly at: number }
  | { readonly is: 'set'; readonly ranges: Ranges; readonly at: number }
  | { readonly is: 'one' | 'star' | 'globstar'; readonly at: number };

export type Node =
  | Token
  | { readonly is: 'choice'; readonly options: readonly (readonly Node[])[]; readonly at: number };

type Stop = 'end' | 'option';

/** Text into nodes: characters, wildcards, and choices for braces. Segments are not looked at yet. */
export function readPattern(text: string, ignoreCase: boolean): Result<readonly Node[], PatternError> {
  const reader = new Reader(text, ignoreCase);
  const nodes = reader.sequence('end');
  return reader.error === null ? ok(nodes) : err(reader.error);
}

/** The index of the code point `at` in UTF-16 units, which is what editors and strings count. */
export const utf16Index = (text: string, at: number): number => [...text].slice(0, at).join('').length;

class Reader {
  error: PatternError | null = null;
  readonly #text: string;
  readonly #chars: readonly string[];
  readonly #ignoreCase: boolean;
  #at = 0;

  constructor(text: string, ignoreCase: boolean) {
    this.#text = text;
    this.#chars = [...text];
    this.#ignoreCase = ignoreCase;
  }

  sequence(until: Stop): readonly Node[] {
    const nodes: Node[] = [];
    while (this.error === null && this.#at < this.#chars.length) {
      const char = this.#peek();
      if (until === 'option' && (char === ',' || char === '}')) break;
      nodes.push(...this.#node(char));
    }
    return nodes;
  }

  #node(char: string): readonly Node[] {
    if (this.#refused(char)) return [];
    switch (char) {
      case '\\':
        return this.#escape();
      case '*':
        return this.#stars();
      case '?':
        return [{ is: 'one', at: this.#at++ }];
      case '[':
        return this.#bracket();
      case '{':
        return this.#brace();
      default:
        return [{ is: 'char', char, at: this.#at++ }];
    }
  }

  /** What other tools give a meaning that ours would not have: refused rather than read as something else. */
  #refused(char: string): boolean {
    const at = this.#at;
    if (char === '\0') return this.#fail(at, 'a path cannot hold a NUL', 'remove it');
    if (char === '"') return this.#fail(at, 'a quote is not part of a pattern', 'write \\" for a name with a quote');
    if (char === '!' && at === 0) {
      return this.#fail(at, 'a pattern cannot exclude', 'put it under may-not without the "!", or write \\!');
    }
    if ('@!+?*'.includes(char) && this.#chars[at + 1] === '(') {
      return this.#fail(at, `${char}(…) is not supported`, 'use {a,b} for alternatives, exclusions go in may-not');
    }
    if (char === '(' && /^\([^/)\\]*\|/u.test(this.#chars.slice(at).join(''))) {
      return this.#fail(at, '(a|b) is not supported', 'use {a,b} for alternatives, or write \\( for the character');
    }
    return false;
  }

  #escape(): readonly Node[] {
    const at = this.#at;
    const char = this.#chars[at + 1];
    if (char === undefined) return this.#nothing(at, 'nothing follows the backslash', 'write \\\\ for a backslash');
    if (char === '/') return this.#nothing(at, 'a slash cannot be escaped', 'write it without the backslash');
    if (char === '\0') return this.#nothing(at, 'a path cannot hold a NUL', 'remove it');
    this.#at += 2;
    return [{ is: 'char', char, at }];
  }

  #stars(): readonly Node[] {
    const at = this.#at;
    while (this.#chars[this.#at] === '*') this.#at++;
    const count = this.#at - at;
    if (this.#peek() === '(') this.#fail(this.#at - 1, '*(…) is not supported', 'use {a,b} for alternatives');
    if (count > 2) return this.#nothing(at, `${'*'.repeat(count)} means nothing of its own`, 'write * or **');
    return [{ is: count === 2 ? 'globstar' : 'star', at }];
  }

  #bracket(): readonly Node[] {
    const at = this.#at;
    const bracket = readBracket(this.#chars, at, this.#ignoreCase);
    if ('what' in bracket) return this.#nothing(bracket.at, bracket.what, bracket.next);
    this.#at = bracket.end;
    const set: Token = { is: 'set', ranges: bracket.ranges, at };
    if (!bracket.plain) return [set];
    return [{ is: 'choice', options: [[set], this.#plainText(at, bracket.end)], at }];
  }

  #plainText(from: number, to: number): readonly Token[] {
    return this.#chars.slice(from, to).map((char, i) => ({ is: 'char', char, at: from + i }));
  }

  /** `{a,b}` and `{1..3}`; braces around anything else are characters, as in picomatch. */
  #brace(): readonly Node[] {
    const at = this.#at;
    const range = /^\{([^{},/\\]*?)\.\.([^{},/\\]*?)\}/u.exec(this.#chars.slice(at).join(''));
    if (range !== null) return this.#range(at, range);
    this.#at++;
    const options: (readonly Node[])[] = [this.sequence('option')];
    while (this.error === null && this.#peek() === ',') {
      this.#at++;
      options.push(this.sequence('option'));
    }
    if (this.error !== null) return [];
    if (this.#peek() !== '}') return this.#nothing(at, 'the brace is never closed', 'close it, or write "\\{"');
    const close = this.#at++;
    if (options.length > 1) return [{ is: 'choice', options, at }];
    return [{ is: 'char', char: '{', at }, ...(options[0] ?? []), { is: 'char', char: '}', at: close }];
  }

  #range(at: number, [whole, from = '', to = '']: RegExpExecArray): readonly Node[] {
    const alike = [/^\d$/u, /^[a-z]$/u, /^[A-Z]$/u].some((kind) => kind.test(from) && kind.test(to));
    if (!alike) return this.#nothing(at, `${whole} is not a range of single characters`, 'list the values: {8,9,10}');
    this.#at += [...whole].length;
    const ends = [from.charCodeAt(0), to.charCodeAt(0)];
    const options: Token[][] = [];
    for (let code = Math.min(...ends); code <= Math.max(...ends); code++) {
      options.push([{ is: 'char', char: String.fromCharCode(code), at }]);
    }
    return [{ is: 'choice', options, at }];
  }

  #peek(): string {
    return this.#chars[this.#at] ?? '';
  }

  #nothing(at: number, what: string, next: string): readonly Node[] {
    this.#fail(at, what, next);
    return [];
  }

  /** The first error stands; reading stops there, since what follows may only be its echo. */
  #fail(at: number, what: string, next: string): true {
    this.error ??= { pattern: this.#text, index: utf16Index(this.#text, at), what, next };
    this.#at = this.#chars.length;
    return true;
  }
}
