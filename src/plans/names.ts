/**
 * What may stand in a name, a path or a text of a plan. Each function answers with the complaint, as the end of a
 * sentence that starts with "it", or null. Git's own check of ref names lets `$(id)` and back quotes through, so
 * whatever we make a name from is held to an allow-list here, once, and needs no escaping anywhere later.
 */
export type Fault = string | null;

/** Letters, digits, `._-`; starts with a letter or digit; at most 64; fit for refs, file names and arguments. */
export const ID_PATTERN = /^(?!.*\.\.)(?!.*\.[Ll][Oo][Cc][Kk]$)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?$/;

/** A name that a shell, `env` and every C library take. */
export const VARIABLE_PATTERN = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Controls, C1, line and paragraph separators, and characters that change the direction of what follows. */
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
/** The same for text of several lines, where line ends, tabs and the marks of right-to-left text belong. */
const INVISIBLE_IN_TEXT =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

export function faultOfId(id: string): Fault {
  if (ID_PATTERN.test(id)) return null;
  if (id === '') return 'is empty';
  if (id.length > 64) return `has ${id.length} characters, at most 64 are allowed`;
  if (/\.\.|\.$/.test(id)) return 'has two dots in a row or ends in a dot, which git refuses in a branch name';
  if (/\.lock$/i.test(id)) return 'ends in ".lock", which git refuses in a branch name';
  if (!/^[A-Za-z0-9]/.test(id)) return 'must start with a letter or a digit';
  return 'may hold only letters, digits, ".", "_" and "-": branches and folders are named after it';
}

/** @param lines whether it may have more than one line. @param max in characters. */
export function faultOfText(text: string, { lines, max }: { readonly lines: boolean; readonly max: number }): Fault {
  if (text.trim() === '') return 'is empty';
  if (text.length > max) return `has ${text.length} characters, at most ${max} are allowed`;
  const found = (lines ? INVISIBLE_IN_TEXT : INVISIBLE).exec(text);
  if (found) return `holds ${nameOf(found[0])}, which would not be seen`;
  if (LONE_SURROGATE.test(text)) return 'holds half of a character (a lone surrogate)';
  return null;
}

/** The name of a model becomes an argument of an agent's program. */
export function faultOfModel(name: string): Fault {
  const seen = faultOfText(name, { lines: false, max: 200 });
  if (seen) return seen;
  return name.startsWith('-') ? 'starts with "-" and would be taken for an option' : null;
}

/** Arguments and values of variables: anything but NUL, which ends a string in every system call. */
export function faultOfArgument(text: string): Fault {
  if (text.length > 32_768) return `has ${text.length} characters, at most 32768 are allowed`;
  if (text.includes('\0')) return 'holds a NUL, which no program can be given';
  return LONE_SURROGATE.test(text) ? 'holds half of a character (a lone surrogate)' : null;
}

/** A file or folder of the repository, relative to its root, with `/` between its parts. */
export function faultOfPath(path: string): Fault {
  const seen = faultOfText(path, { lines: false, max: 1024 });
  if (seen) return seen;
  if (/^([/~]|[A-Za-z]:)/.test(path)) return 'must be relative to the root of the repository';
  if (path.startsWith('-')) return 'starts with "-" and would be taken for an option';
  if (path.includes('//')) return 'has an empty part ("//")';
  if (path.includes('\\')) return 'must be written with "/" between its parts';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leaves the repository';
  if (parts.some((part) => /^\.git$/i.test(part))) return 'points into ".git"';
  if (/^:/.test(path)) return 'starts with ":", which git reads as a command';
  return null;
}

/** Patterns obey the rules of paths, but for `\`, which makes the next character an ordinary one. */
export function faultOfPattern(pattern: string): Fault {
  if (pattern.startsWith('!')) return 'starts with "!": what is left out goes into "may-not"';
  return faultOfPath(pattern.replace(/\\(?=[^A-Za-z0-9/])/g, ''));
}

/** Short name of a branch (`git check-ref-format --branch`), less what only an attack would put there. */
export function faultOfBranch(name: string): Fault {
  const seen = faultOfText(name, { lines: false, max: 200 });
  if (seen) return seen;
  if (/^refs\//.test(name)) return 'must be the short name, without "refs/heads/"';
  if (name === 'HEAD' || name === '@') return 'is not the name of a branch';
  if (name.startsWith('-')) return 'starts with "-" and would be taken for an option';
  const bad = /[\s~^:?*[\\`$;&|<>"']/u.exec(name);
  if (bad) return `holds ${nameOf(bad[0])}, which is not allowed in the name of a branch`;
  return faultOfParts(name);
}

function faultOfParts(name: string): Fault {
  if (/\.\.|@\{/.test(name)) return 'holds ".." or "@{", which git reads as something else';
  const parts = name.split('/');
  if (parts.includes('')) return 'starts or ends with "/" or has two in a row';
  if (parts.some((part) => part.startsWith('.'))) return 'has a part that starts with "."';
  if (parts.some((part) => /\.lock$/i.test(part))) return 'has a part that ends in ".lock"';
  return name.endsWith('.') ? 'ends in "."' : null;
}

/** Placeholders that a branch template may hold; each stands for a name that has passed `faultOfId`. */
const BRANCH_PLACEHOLDERS: readonly string[] = ['run', 'task', 'attempt', 'plan', 'agent', 'issue', 'slug'];

/** A template of branch names is good if what it makes of good names is good, and differs from task to task. */
export function faultOfBranchTemplate(template: string): Fault {
  const known = BRANCH_PLACEHOLDERS;
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    return `has the placeholder {${visible(unknown)}}; there are ${known.map((name) => `{${name}}`).join(' ')}`;
  }
  if (!names.some((name) => name === 'task' || name === 'slug' || name === 'issue')) {
    return 'must contain {task}, or all tasks would share one branch';
  }
  const filled = template.replace(/\{[^{}]*\}/g, 'x');
  if (/[^\p{L}\p{N}._/+=-]/u.test(filled)) return faultOfBranch(filled) ?? 'may hold only letters, digits and "._/+=-"';
  return faultOfBranch(filled);
}

/** `text` fit for a terminal: quoted, what cannot be seen spelled out, cut to about `max` characters. */
export function quoted(text: string, max = 60): string {
  const points = [...text];
  return `"${visible(points.length > max ? `${points.slice(0, max).join('')}…` : text)}"`;
}

/** `text` with everything spelled out that a terminal would obey or hide. */
export function visible(text: string): string {
  return text.replace(new RegExp(`${INVISIBLE.source}|${LONE_SURROGATE.source}`, 'gu'), spelled);
}

const spelled = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

function nameOf(char: string): string {
  if (char === '\n' || char === '\r') return 'a line break';
  if (char === '\t') return 'a tab';
  if (char === ' ') return 'a space';
  if (char === '\u001b') return 'an escape character (ANSI)';
  if (/[\u0000-\u001f\u007f-\u009f]/.test(char)) return `the control character ${spelled(char)}`;
  return INVISIBLE.test(char) ? `the invisible character ${spelled(char)}` : `"${char}"`;
}

/** The candidate closest to `word`, if a typing slip could explain the difference. */
export function closest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(Math.min(word.length, 24) / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Changes of one letter that turn `a` into `b`; two neighbours that changed places count as one. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const least = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(swapped ? Math.min(least, (before[j - 2] ?? 0) + 1) : least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
