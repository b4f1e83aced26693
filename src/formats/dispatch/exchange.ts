import type { Origin } from '../draft.ts';
import type { SourceFile } from '../source.ts';

export type Question = {
  /** As it is written: `001`. */
  readonly number: string;
  readonly text: string;
  readonly at: Origin;
  /** null: nobody has answered it. */
  readonly answer: string | null;
};

/** What the folder `ipc` of a task holds. */
export type Exchange = {
  readonly questions: readonly Question[];
  /** `.done`: the worker says that it is through. */
  readonly done: Origin | null;
  /** Answers and acknowledgements that no question goes with. */
  readonly orphans: readonly Origin[];
  /** Files that this format does not have. */
  readonly strange: readonly Origin[];
};

type Found = { readonly number: string; readonly kind: string; readonly file: SourceFile };

/** Reads the questions of a task. Half-written files (`.tmp`) are nothing yet. @param files by name, without a folder */
export function readExchange(files: readonly { readonly name: string; readonly file: SourceFile }[]): Exchange {
  const whole = files.filter(({ name }) => !name.endsWith('.tmp'));
  const found = whole.flatMap(({ name, file }): readonly Found[] => {
    const [, number = '', kind = ''] = /^(\d{1,9})\.(question|answer|done)$/.exec(name) ?? [];
    return number === '' ? [] : [{ number, kind, file }];
  });
  const answers = new Map(found.filter(({ kind }) => kind === 'answer').map((each) => [each.number, each.file.text]));
  const asked = found.filter(({ kind }) => kind === 'question').sort((a, b) => Number(a.number) - Number(b.number));
  const numbers = new Set(asked.map(({ number }) => number));
  const done = whole.find(({ name }) => name === '.done');
  const known = new Set([...found.map(({ file }) => file), ...(done === undefined ? [] : [done.file])]);
  return {
    questions: asked.map(({ number, file }) => ({
      ...{ number, text: file.text.trim(), at: at(file) },
      answer: answers.get(number)?.trim() ?? null,
    })),
    done: done === undefined ? null : at(done.file),
    orphans: found.filter(({ number }) => !numbers.has(number)).map(({ file }) => at(file)),
    strange: whole.filter(({ file }) => !known.has(file)).map(({ file }) => at(file)),
  };
}

const at = ({ path }: SourceFile): Origin => ({ file: path, line: 1 });
