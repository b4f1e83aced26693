import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Imported, importPlan } from './import-plan.ts';
import type { Source } from './source.ts';

/** For tests: a file or a folder of this room, as the command line would hand it over. */
export function fixture(path: string): Source {
  const whole = join(import.meta.dirname, path);
  const isFolder = statSync(whole).isDirectory();
  const below = isFolder ? readdirSync(whole, { recursive: true, encoding: 'utf8' }).sort() : [];
  const paths = isFolder
    ? below.map((each) => `${path}/${each}`).filter((each) => statSync(join(import.meta.dirname, each)).isFile())
    : [path];
  return { path, isFolder, files: paths.map((each) => ({ path: each, text: textOf(each) })) };
}

const textOf = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');

/** For tests: one file that is not on disk. */
export const written = (path: string, text: string): Source => ({ path, isFolder: false, files: [{ path, text }] });

/** For tests: a folder that is not on disk. */
export const folder = (path: string, texts: Readonly<Record<string, string>>): Source => ({
  path,
  isFolder: true,
  files: Object.entries(texts).map(([name, text]) => ({ path: `${path}/${name}`, text })),
});

/** For tests: a plan on a machine that has two of the known agents. */
export const imported = (source: Source, from: string | null = null): Imported =>
  importPlan(source, { from, around: { installed: ['claude', 'codex'] } });

/** For tests: what is said of it, a line each. */
export const said = ({ diagnostics }: Pick<Imported, 'diagnostics'>): readonly string[] =>
  diagnostics.map(({ severity, file, line, what }) => `${severity} ${file}:${line} ${what}`);

/** For tests: the names of the tasks and what each of them needs. */
export const edges = ({ draft }: Imported): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    (draft?.tasks ?? [])
      .filter(({ state }) => state === 'open')
      .map(({ name, values }) => [name, [values.needs?.value ?? []].flat()]),
  );

/** For tests: one value of one task. */
export function valueIn({ draft }: Imported, task: string, field: string): unknown {
  const found = draft?.tasks.find(({ name }) => name === task);
  return Object.entries(found?.values ?? {}).find(([name]) => name === field)?.[1]?.value;
}
