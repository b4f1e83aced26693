import type { PlacedDiagnostic } from '../plans/place.ts';
import type { Draft, Origin } from './draft.ts';

/** A text file. `path` is how it is called in messages and comments, with `/` between its parts. */
export type SourceFile = { readonly path: string; readonly text: string };

/** What was handed over: one file, or the text files of a folder and below, in the order of their paths. */
export type Source = {
  /** The file or the folder that was named. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly files: readonly SourceFile[];
};

/** A reader's answer: everything that is wrong, or a draft. Notes and warnings may stand beside a draft. */
export type ReadDraft = { readonly draft: Draft | null; readonly diagnostics: readonly PlacedDiagnostic[] };

/** Reads what one other system writes. Pure, and never throws. */
export type Reader = {
  /** One word, for `--from`. */
  readonly name: string;
  /** What it reads, for help and messages. */
  readonly about: string;
  /** How sure it is that a source is its own, from what only its system writes: 0 not at all, 1 by shape, 2 by a name or a field of its own. */
  readonly detect: (source: Source) => 0 | 1 | 2;
  readonly read: (source: Source) => ReadDraft;
};

type Sentences = Pick<PlacedDiagnostic, 'what' | 'why' | 'next'>;

/** Something wrong at a place of a file. `task`: the other system's name for it. */
export const faultAt = ({ file, line }: Origin, code: string, sentences: Sentences): PlacedDiagnostic => ({
  ...{ code, severity: 'error', ...sentences, task: null, field: null, file, line, col: 1 },
});

export const warningAt = (at: Origin, code: string, sentences: Sentences): PlacedDiagnostic => ({
  ...faultAt(at, code, sentences),
  severity: 'warning',
});

/** A word that a system does not have: an error, and what it has instead. */
export const unknownWord = (
  at: Origin,
  { word, of, known }: { readonly word: string; readonly of: string; readonly known: readonly string[] },
): PlacedDiagnostic =>
  faultAt(at, 'unknown-word', {
    what: `"${word.slice(0, 60)}" is no ${of}`,
    why: 'This format has no such word, and what it means is not guessed',
    next: `Write one of: ${known.join(', ')}`,
  });

/** A draft, unless something is wrong. */
export const drafted = (draft: Draft, diagnostics: readonly PlacedDiagnostic[]): ReadDraft => ({
  draft: diagnostics.some(({ severity }) => severity === 'error') ? null : draft,
  diagnostics,
});

export const refused = (...diagnostics: readonly PlacedDiagnostic[]): ReadDraft => ({ draft: null, diagnostics });

const LINE_MAX = 10_000;

/** Lines that no person wrote: to take one of a megabyte apart could take longer than anybody waits. */
export const longLines = (files: readonly SourceFile[]): readonly PlacedDiagnostic[] =>
  files.flatMap(({ path, text }) => {
    const line = text.split('\n').findIndex((each) => each.length > LINE_MAX);
    if (line < 0) return [];
    const why = `At most ${LINE_MAX} characters of a line are read`;
    return [
      faultAt({ file: path, line: line + 1 }, 'long-line', { what: 'The line is too long', why, next: 'Split it' }),
    ];
  });

/** Name of a file without its folders. */
export const baseName = (path: string): string => path.split('/').at(-1) ?? path;
