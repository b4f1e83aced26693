import { visible } from '../../process/visible.ts';
import { fieldOf, listOf, textOf } from '../json.ts';

/** A tool call, as far as the agent has told of it by now. */
export type Call = {
  readonly kind: string;
  readonly title: string;
  readonly paths: readonly string[];
  readonly status: string;
  /** The line that a shell gets; empty when it is another tool, or the agent does not say. */
  readonly command: string;
};

const UNTOLD: Call = { kind: 'other', title: '', paths: [], status: 'pending', command: '' };
const TEXT_LENGTH_MAX = 300;
const PATH_COUNT_MAX = 1000;
const CALL_COUNT_MAX = 500;

/** A text that fits on a line of a log. */
export const short = (text: string): string => visible(text).slice(0, TEXT_LENGTH_MAX);

/**
 * The tool calls of a session by their ids. Agents tell of a call in pieces: some begin with an update, some leave out
 * later what they said before, and a permission may name less than the call that it is about.
 */
export class Calls {
  readonly #known = new Map<string, Call>();

  /** What is known of the call now; `isNews`: something of it that a person would see has changed. */
  told(piece: unknown): { readonly call: Call; readonly isNews: boolean } {
    const before = this.#known.get(idOf(piece));
    const call = withPiece(before ?? UNTOLD, piece);
    this.#keep(piece, call);
    return { call, isNews: before === undefined || JSON.stringify(before) !== JSON.stringify(call) };
  }

  /** The call that a permission is about: what it says itself, and what was told of it before. */
  asked(piece: unknown): Call {
    const before = this.#known.get(idOf(piece));
    const asked = withPiece(before ?? UNTOLD, piece);
    // Some agents say no more of a call than in its permission. What they did say is not forgotten for it.
    const kept = before ?? asked;
    this.#keep(piece, { ...asked, title: kept.title || asked.title, status: kept.status });
    return asked;
  }

  /** What is known of the call that an update is about. */
  known(piece: unknown): Call {
    return this.#known.get(idOf(piece)) ?? UNTOLD;
  }

  #keep(piece: unknown, call: Call): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= CALL_COUNT_MAX) this.#known.delete(oldest);
    this.#known.set(idOf(piece), call);
  }
}

const idOf = (piece: unknown): string => textOf(fieldOf(piece, 'toolCallId'));

const withPiece = (call: Call, piece: unknown): Call => ({
  kind: kindIn(piece, call),
  title: short(textOf(fieldOf(piece, 'title'))) || call.title || nameIn(piece),
  paths: [...new Set([...call.paths, ...pathsOf(piece)])].slice(0, PATH_COUNT_MAX),
  status: short(textOf(fieldOf(piece, 'status'))) || call.status,
  command: commandOf(fieldOf(piece, 'rawInput')) || call.command,
});

/** A call that was told to edit does so even where a permission says less of it. */
const kindIn = (piece: unknown, call: Call): string => {
  const kind = short(textOf(fieldOf(piece, 'kind')));
  return kind === '' || (kind === 'other' && isWriting(call)) ? call.kind : kind;
};

/** The name of the tool, for a call without a title: some agents begin their ids with it. */
const nameIn = (piece: unknown): string =>
  short(textOf(fieldOf(piece, '_meta', 'toolName'))) || (/^([a-z_]+?)__/.exec(idOf(piece))?.[1] ?? '');

const PATH_NAMES = ['file_path', 'filePath', 'filepath', 'fileName', 'path', 'abs_path', 'notebook_path'];

/** The files that a piece of a call names: its locations, its diffs, and the usual names in its raw input. */
const pathsOf = (piece: unknown): readonly string[] => {
  const located = listOf(piece, 'locations').map((location) => fieldOf(location, 'path'));
  const edited = listOf(piece, 'content').map((content) => fieldOf(content, 'path'));
  const named = PATH_NAMES.map((name) => fieldOf(piece, 'rawInput', name));
  return [...located, ...edited, ...named].filter((path) => typeof path === 'string' && path !== '') as string[];
};

const commandOf = (input: unknown): string => {
  const command = fieldOf(input, 'command');
  return Array.isArray(command) ? command.map(textOf).join(' ') : textOf(command);
};

const WRITING: ReadonlySet<string> = new Set(['edit', 'delete', 'move']);
const READING: ReadonlySet<string> = new Set(['read', 'search', 'think', 'fetch']);

/** True for a call that changes the files it names. */
export const isWriting = ({ kind }: Pick<Call, 'kind'>): boolean => WRITING.has(kind);
/** True for a call that only looks. */
export const isReading = ({ kind }: Pick<Call, 'kind'>): boolean => READING.has(kind);

/** Words of shells that change files; what only looks (`ls`, `cat`, `git status`) has none of them. */
const WRITES =
  /(?:^|[^-\d&>=])>>?\s*(?!&|\/dev\/null)\S|\b(?:tee|sed\s+-[a-z]*i|mv|cp|rm|mkdir|touch|ln|patch|install|chmod|dd|git\s+(?:add|commit|apply|checkout|mv|rm|stash|reset|restore|merge|rebase|cherry-pick))\b|--write\b|--fix\b/;

/** True when the call has changed files, or may well have. */
export const hasChanged = (call: Call): boolean =>
  call.status !== 'failed' &&
  call.status !== 'pending' &&
  (isWriting(call) || (call.kind === 'execute' && WRITES.test(call.command || call.title)));
