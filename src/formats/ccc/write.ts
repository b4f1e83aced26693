import { markdownTable, plainWords } from '../cells.ts';
import type { Draft, DraftTask } from '../draft.ts';
import { PHASE } from './words.ts';

const REGISTRY = ['ID', 'Title', 'Status', 'Exec', 'Est', 'Depends On'];
const PHASES = ['Phase', 'Issues', 'Focus', 'Batch', 'Dependencies'];

/** The open tasks of a draft as an issue registry and a phase map. `issueUrl`: where an issue is, by its key. */
export function writeMasterPlan({ name, tasks }: Draft, issueUrl: (key: string) => string): string {
  const open = tasks.filter(({ state }) => state === 'open');
  const phases = phaseNames(open);
  const link = (key: string): string => `[${plainWords(key)}](${issueUrl(key)})`;
  const registry = open.flatMap((task) =>
    keysOf(task).map((key) => [
      link(key),
      plainWords(task.values.title?.value ?? task.name),
      'Todo',
      modeOf(task),
      '--',
      '--',
    ]),
  );
  const map = open.map((task) => {
    const phase = phases.get(task.name) ?? '';
    const needs = [task.values.needs?.value ?? []].flat().flatMap((need) => phases.get(need) ?? []);
    return [
      phase,
      keysOf(task).map(link).join(', ') || '--',
      plainWords(task.values.title?.value ?? task.name),
      phase.slice(0, -1),
      needs.join(', ') || 'None',
    ];
  });
  const title = name === null ? 'Master plan' : name.value;
  return `# ${plainWords(title)}\n\n## Issue Registry\n\n${markdownTable(REGISTRY, registry)}\n## Phase Map\n\n${markdownTable(PHASES, map)}`;
}

const keysOf = ({ values }: DraftTask): readonly string[] =>
  [values.issues?.value ?? []].flat().map((issue) => issue.replace(/^linear:/, ''));

const modeOf = ({ values }: DraftTask): string => values.mode?.value ?? '--';

/** Phases stay what they are. Whoever is called otherwise gets a batch by what it waits for: after the last of these. */
function phaseNames(tasks: readonly DraftTask[]): ReadonlyMap<string, string> {
  if (tasks.every(({ name }) => PHASE.test(name))) return new Map(tasks.map(({ name }) => [name, name]));
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const waves = new Map<string, number>();
  let rest = [...tasks];
  while (rest.length > 0) {
    const isReady = (task: DraftTask): boolean =>
      [task.values.needs?.value ?? []].flat().every((need) => waves.has(need) || !byName.has(need));
    const ready = rest.filter(isReady);
    // Tasks that wait for each other come last, together: the map shows their circle, and a reader names it.
    const next = ready.length === 0 ? rest : ready;
    const wave = 1 + Math.max(0, ...waves.values());
    for (const [index, { name }] of next.entries()) waves.set(name, wave + Math.floor(index / 26));
    rest = rest.filter((task) => !next.includes(task));
  }
  const counts = new Map<number, number>();
  return new Map(
    tasks.map(({ name }) => {
      const wave = waves.get(name) ?? 1;
      const count = counts.get(wave) ?? 0;
      counts.set(wave, count + 1);
      return [name, `${wave}${String.fromCharCode(65 + count)}`];
    }),
  );
}
