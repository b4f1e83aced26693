import type { z } from 'zod';
import type { Path } from './document.ts';
import { closest, quoted, visible } from './names.ts';
import { describePath, fieldsOf } from './walk.ts';

/** Something wrong at a path of the plan, in the three sentences that every diagnostic has. */
export type Problem = {
  readonly code: string;
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly what: string;
  readonly why: string;
  readonly next: string;
  /** An error, unless it is only to be known. */
  readonly severity?: 'warning' | 'note';
};

type Sentences = Pick<Problem, 'what' | 'why' | 'next'>;

/** Something that is wrong with the value at a place. */
export const problem = (path: Path, code: string, sentences: Sentences): Problem => ({
  code,
  path,
  part: 'value',
  ...sentences,
});

/** What it means that nothing is refused. */
export const bypassed = (path: Path, who: string): Problem => ({
  ...problem(path, 'bypass', {
    what: `${who} works with nothing refused to it`,
    why: '"bypass" lets every command, every file of yours and the network through while it works; only what lands is still held to the scope',
    next: 'Have it so only where the agent is shut in, in a container say; else write: permissions: scope, or: permissions: ask',
  }),
  severity: 'warning',
});

type Issue = z.core.$ZodIssue;

/** Everything that the schema finds wrong with a value, each at the innermost place it can be pinned to. */
export function problemsOf(root: z.ZodType, value: unknown, noun = 'the plan'): readonly Problem[] {
  const parsed = root.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => problems({ root, value, noun }, issue, []));
}

/** `noun`: what the whole is called. */
type Read = { readonly root: z.ZodType; readonly value: unknown; readonly noun: string };

function problems(read: Read, issue: Issue, before: Path): readonly Problem[] {
  const path = [...before, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(read, [...path, key]));
  if (issue.code === 'invalid_key') return [badKey(read, path, issue.issues[0]?.message ?? '')];
  if (issue.code === 'invalid_union') {
    const nested = issue.errors.find((errors) => !errors.some(isOtherType));
    if (nested) return nested.flatMap((inner) => problems(read, inner, path));
  }
  return [badValue(read, path, issue.message)];
}

/** The branch of a union that the author did not mean: the value is of another type altogether. */
const isOtherType = ({ code, path }: Issue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union');

function unknownField({ root, noun }: Read, path: Path): Problem {
  const name = String(path.at(-1));
  const known = fieldsOf(describePath(root, path.slice(0, -1)).schemas);
  const meant = closest(name, known) ?? SAME_MEANING.get(name.toLowerCase());
  const near = meant !== undefined && known.includes(meant) ? meant : null;
  const elsewhere = path.length > 1 && Object.hasOwn((root as { shape?: object }).shape ?? {}, name);
  return {
    code: 'unknown-field',
    path,
    part: 'key',
    what: `Unknown field ${quoted(name)} in ${path.length === 1 ? noun : placeName(path.slice(0, -1))}`,
    why: elsewhere ? `It is a field of ${noun}, not of this place` : 'There is no such field',
    next: near ? `Did you mean "${near}"?` : `Its fields are: ${known.join(', ')}`,
  };
}

/** What other tools call it. */
const SAME_MEANING: ReadonlyMap<string, string> = new Map([
  ['depends_on', 'needs'],
  ['dependson', 'needs'],
  ['depends-on', 'needs'],
  ['dependencies', 'needs'],
  ['after', 'needs'],
  ['name', 'plan'],
  ['prompt', 'brief'],
  ['description', 'brief'],
  ['files', 'scope'],
  ['tests', 'checks'],
  ['acceptance', 'done'],
  ['retries', 'attempts'],
]);

function badKey(read: Read, path: Path, message: string): Problem {
  const name = String(path.at(-1));
  const fault = message.startsWith('!') ? message.slice(1) : `must be ${message}`;
  return {
    code: 'bad-name',
    path,
    part: 'key',
    what: `${quoted(name)} cannot be a name in ${placeName(path.slice(0, -1))}`,
    why: `It ${fault}`,
    next: exampleOf(read.root, path.slice(0, -1)),
  };
}

function badValue({ root, value }: Read, path: Path, message: string): Problem {
  const found = at(value, path);
  const fault = message.startsWith('!') ? message.slice(1) : null;
  return {
    code: fault ? 'bad-value' : 'bad-type',
    path,
    part: 'value',
    what: fault
      ? `${placeName(path, 'plain')} cannot be ${shown(found)}`
      : `${placeName(path, 'plain')} is ${shown(found)}`,
    why: fault ? `It ${fault}` : `It takes ${message}`,
    next: exampleOf(root, path),
  };
}

function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const segment of path) found = (found as Record<string | number, unknown> | null | undefined)?.[segment];
  return found;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `${typeof value === 'number' ? 'the number ' : ''}${String(value)}`;
}

/** `tasks.api.scope` as a person says it. */
export function placeName(path: Path, style: 'plain' | 'whole' = 'whole'): string {
  if (path.length === 0) return 'the plan';
  const [first, task, ...rest] = path;
  const of = first === 'tasks' && task !== undefined ? ` of task ${quoted(String(task))}` : '';
  const inner = of ? rest : path;
  if (inner.length === 0) return style === 'whole' ? `task ${quoted(String(task))}` : `Task ${quoted(String(task))}`;
  return `"${visible(inner.map(String).join('.')).slice(0, 80)}"${of}`;
}

function exampleOf(root: z.ZodType, path: Path): string {
  const { about, name } = describePath(root, path);
  if (!about) return 'Write names and values, one a line';
  return `Write for example: ${name}: ${flow(about.example)}`;
}

/** A value as YAML on one line. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
  }
  const text = String(value);
  const plain =
    typeof value !== 'string' || (/^[A-Za-z0-9./$][^:#{}[\],&*!|>'"%@`]*$/.test(text) && text.trim() === text);
  return plain || /^[a-z]+:[^\s{}[\],]+$/.test(text) ? text : JSON.stringify(text);
}
