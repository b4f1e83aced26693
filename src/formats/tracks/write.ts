import { asCode, markdownTable, plainWords } from '../cells.ts';
import type { Draft, DraftTask } from '../draft.ts';
import { nameIn } from './fields.ts';

const COLUMNS = ['Track', 'Handover', 'Soldiers', 'CAN touch', 'CANNOT touch', 'Issues', 'Deps', 'Type'];

/** The open tasks of a draft as a table of tracks. What a track has no field for is not in it. */
export function writeTracks({ name, tasks }: Draft): string {
  const open = tasks.filter(({ state }) => state === 'open');
  const names = new Set(open.map((task) => task.name));
  const heading = name === null ? '' : `# ${plainWords(name.value)}\n\n`;
  return (
    heading +
    markdownTable(
      COLUMNS,
      open.map((task) => rowOf(task, names)),
    )
  );
}

function rowOf({ name, values }: DraftTask, names: ReadonlySet<string>): readonly string[] {
  const { brief, steps, issues, needs, kind, scope, artifacts, title } = values;
  const isAnalysis = kind?.value === 'research';
  const file = typeof brief?.value === 'object' && 'file' in brief.value ? (brief.value.file ?? '') : '';
  const { may, mayNot } = pathsOf(scope?.value);
  const written = isAnalysis ? list(artifacts?.value) : may;
  return [
    titleOf(name, title?.value),
    file === '' ? '' : asCode(file),
    list(steps?.value).map(plainWords).join(', '),
    isAnalysis && written.length === 0 ? '(read-only)' : written.map(asCode).join(', '),
    isAnalysis ? 'everything' : mayNot.map(asCode).join(', '),
    list(issues?.value)
      .map((issue) => plainWords(issue.replace(/^github:/, '')))
      .join(', '),
    list(needs?.value)
      .filter((need) => names.has(need))
      .map((need) => plainWords(short(need)))
      .join(', ') || '—',
    isAnalysis ? 'analysis' : 'code',
  ];
}

const list = (value: string | readonly string[] | undefined): readonly string[] => [value ?? []].flat();

type ScopeValue = NonNullable<DraftTask['values']['scope']>['value'];

function pathsOf(scope: ScopeValue | undefined): {
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
} {
  if (scope === undefined || typeof scope === 'string' || Array.isArray(scope)) return { may: list(scope), mayNot: [] };
  return { may: list(scope.may), mayNot: list(scope['may-not']) };
}

/** `Track A` is written as its letter; whatever has none keeps its own name. */
const short = (name: string): string => (/^track /i.test(name) ? (nameIn(name).mark ?? name) : name);

function titleOf(name: string, title: string | undefined): string {
  const marked = short(name);
  return plainWords(title === undefined || marked === name ? name : `${marked} — ${title}`);
}
