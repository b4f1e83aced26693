import type { DraftTask, Origin, Sourced, TaskValues } from '../draft.ts';
import type { Notes } from './notes.ts';
import { merged, type Part, valuesOfMode } from './part.ts';
import type { PlanFile } from './plan-file.ts';
import type { IssueRow, SessionRow } from './tables.ts';
import { issueName, PHASE, type Stage } from './words.ts';

/** Everything that all files say, put together. */
export type Whole = Pick<PlanFile, 'issues' | 'phases' | 'dispatched' | 'sessions' | 'prompts'> & {
  /** Issues that a state file says are over. */
  readonly over: readonly { readonly key: string; readonly at: Origin }[];
  /** The mode of tasks that have none of their own. */
  readonly mode: Sourced<string> | null;
};

/** Tasks of a master plan: its phases; without a phase map its sessions, prompts or issues. */
export function tasksOf(whole: Whole, notes: Notes): readonly DraftTask[] {
  const registry = new Map(whole.issues.map((row) => [row.key, row]));
  twiceIn(whole.issues, notes);
  const given = [...whole.phases, ...whole.dispatched, ...whole.prompts];
  const issues =
    whole.phases.length === 0 ? whole.issues.filter(({ key }) => !given.some((part) => hasKey(part, key))) : [];
  const parts = [...issues.map(partOfIssue), ...together(whole, notes)];
  const planned = new Set(parts.flatMap((part) => part.issues.map(({ key }) => key)));
  for (const { key, at, stage } of whole.issues) {
    if (planned.has(key) || stage?.value === 'done' || stage?.value === 'dropped') continue;
    notes.leave(at, `the issue ${key}`, 'It is in no phase');
  }
  return parts.map((part) => taskOf(part, { parts, registry, whole, notes }));
}

const hasKey = (part: Part, key: string): boolean => part.issues.some((issue) => issue.key === key);

function twiceIn(rows: readonly IssueRow[], notes: Notes): void {
  const seen = new Map<string, IssueRow>();
  for (const row of rows) {
    const before = seen.get(row.key);
    if (before === undefined) seen.set(row.key, row);
    else {
      const why = `The other one is at ${before.at.file}:${before.at.line}`;
      notes.fault(row.at, 'twice', {
        what: `${row.key} stands twice in the registry`,
        why,
        next: 'Keep one of the two rows',
      });
    }
  }
}

const partOfIssue = (row: IssueRow): Part => ({
  ...{ name: row.key, at: row.at, issues: [row], told: [], needs: [], stage: null },
  values: {
    ...(row.title === null ? {} : { title: { value: row.title, from: row.at } }),
    issues: { value: [issueName(row.key)], from: row.at },
  },
});

/** A session or a prompt that speaks of a phase, by its name or by its issues, is a part of what is said of it. */
function together({ phases, dispatched, prompts }: Whole, notes: Notes): readonly Part[] {
  let parts = [...phases];
  for (const other of [...dispatched, ...prompts]) {
    const byName = parts.filter(({ name }) => name === other.name && PHASE.test(name));
    const byIssue = parts.filter(
      (part) => other.issues.length > 0 && other.issues.every(({ key }) => hasKey(part, key)),
    );
    const [own] = byName.length > 0 ? byName : byIssue.length === 1 ? byIssue : [];
    parts =
      own === undefined ? [...parts, other] : parts.map((part) => (part === own ? merged(part, other, notes) : part));
  }
  return parts;
}

type Known = {
  readonly parts: readonly Part[];
  readonly registry: ReadonlyMap<string, IssueRow>;
  readonly whole: Whole;
  readonly notes: Notes;
};

function taskOf(part: Part, known: Known): DraftTask {
  const rows = part.issues.flatMap(({ key }) => known.registry.get(key) ?? []);
  const sessions = known.whole.sessions.filter(({ phase, keys }) =>
    phase === null ? keys.some((key) => hasKey(part, key)) : phase === part.name,
  );
  const values: TaskValues = {
    ...(rows[0]?.title
      ? { title: { value: rows.map(({ title, key }) => title ?? key).join('; '), from: rows[0].at } }
      : {}),
    ...whoOf(sessions),
    ...modeOf(part, rows, known),
    ...part.values,
    ...briefOf(part, rows),
    ...needsOf(part, rows, known),
  };
  return { name: part.name, at: part.at, values, state: stateOf(part, { rows, sessions }, known) };
}

const whoOf = (sessions: readonly SessionRow[]): TaskValues => sessions.find(({ who }) => who !== null)?.who ?? {};

/** The mode of its issues, if they agree: a task is worked on in one way. */
function modeOf(part: Part, rows: readonly IssueRow[], { whole, notes }: Known): TaskValues {
  const modes = rows.flatMap(({ mode }) => mode ?? []);
  const different = [...new Set(modes.map(({ value }) => value))];
  const own = part.values.mode;
  const [first] = modes;
  if (own === undefined && different.length > 1 && first !== undefined) {
    notes.leave(
      first.from,
      `the modes ${different.join(', ')} of the issues of ${part.name}`,
      'A task is worked on in one mode',
    );
    notes.miss(part.at, part.name, 'Mode');
    return {};
  }
  if (own !== undefined && first !== undefined && different.length === 1 && own.value !== first.value) {
    const why = `The registry says so at ${first.from.file}:${first.from.line}`;
    const what = `${part.name} is worked on as "${own.value}", and its issue as "${first.value}"`;
    notes.fault(own.from, 'differs', { what, why, next: 'Make them the same' });
  }
  return own === undefined ? valuesOfMode(first ?? whole.mode) : {};
}

/** What the files tell, and which issues it is about. */
function briefOf(part: Part, rows: readonly IssueRow[]): TaskValues {
  const titles = new Map(rows.map(({ key, title }) => [key, title]));
  const lines = part.issues.map(({ key, title, url }) => {
    const words = titles.get(key) ?? title;
    return `- ${key}${words === null ? '' : `: ${words}`}${url === null ? '' : ` (${url})`}`;
  });
  const texts = [...(lines.length === 0 ? [] : [`Issues:\n${lines.join('\n')}`]), ...part.told];
  return texts.length === 0 ? {} : { brief: { value: { text: texts.join('\n\n') }, from: part.at } };
}

/** Phases by name, all phases of a batch, and the phases of issues that its issues depend on. */
function needsOf(part: Part, rows: readonly IssueRow[], { parts, registry }: Known): TaskValues {
  const said = [...part.needs, ...rows.flatMap(({ needs }) => needs)];
  const names = said.flatMap(({ value }) => partsCalled(value, parts, registry));
  const others = [...new Set(names)].filter(
    (name) => name !== part.name || part.needs.some(({ value }) => value === name),
  );
  const [first] = said;
  if (others.length === 0 || first === undefined) return {};
  const remarks = [...new Set(said.flatMap(({ note }) => note ?? []))];
  return { needs: { value: others, from: first.from, ...(remarks.length === 0 ? {} : { note: remarks.join(', ') }) } };
}

function partsCalled(word: string, parts: readonly Part[], registry: ReadonlyMap<string, IssueRow>): readonly string[] {
  const named = parts.filter(({ name }) => name === word || (PHASE.test(name) && name === word.toUpperCase()));
  if (named.length > 0) return named.map(({ name }) => name);
  const batch = /^(?:all of )?batch\s+(\d+)$/i.exec(word)?.[1];
  const inBatch =
    batch === undefined ? [] : parts.filter(({ name }) => PHASE.test(name) && name.slice(0, -1) === batch);
  if (inBatch.length > 0) return inBatch.map(({ name }) => name);
  const range = /^(\d+)([A-Z])\s*[–—-]\s*(\d+)?([A-Z])$/i.exec(word);
  if (range !== null && (range[3] ?? range[1]) === range[1]) {
    const [from, to] = [(range[2] ?? '').toUpperCase(), (range[4] ?? '').toUpperCase()];
    const between = parts.filter(
      ({ name }) =>
        PHASE.test(name) && name.slice(0, -1) === range[1] && name.slice(-1) >= from && name.slice(-1) <= to,
    );
    if (from < to && between.length > 1) return between.map(({ name }) => name);
  }
  const byIssue = parts.filter((part) => hasKey(part, word));
  if (byIssue.length > 0) return byIssue.map(({ name }) => name);
  // What is over holds nobody up, whether or not it was ever in a phase.
  const stage = registry.get(word)?.stage?.value;
  return stage === 'done' || stage === 'dropped' ? [] : [word];
}

type Seen = { readonly rows: readonly IssueRow[]; readonly sessions: readonly SessionRow[] };

/** Over is what all its issues say is over; without their word that of its phase, or of its session. */
function stateOf(part: Part, { rows, sessions }: Seen, { whole, notes }: Known): DraftTask['state'] {
  const overKeys = new Set(whole.over.map(({ key }) => key));
  const said = rows.flatMap(({ key, stage }): Stage[] =>
    overKeys.has(key) ? ['done'] : stage === null ? [] : [stage.value],
  );
  const isOver = (stage: Stage): boolean => stage === 'done' || stage === 'dropped';
  const ofPart = part.stage?.value ?? sessions.at(-1)?.stage?.value;
  const byState = part.issues.length > 0 && part.issues.every(({ key }) => overKeys.has(key));
  const stages: readonly Stage[] = byState ? ['done'] : said.length > 0 ? said : ofPart === undefined ? [] : [ofPart];
  if (stages.length > 0 && stages.every(isOver)) return stages.includes('done') ? 'done' : 'dropped';
  const claimed = [part.stage, ...sessions.map(({ stage }) => stage)].find((stage) => stage?.value === 'done');
  if (claimed)
    notes.leave(
      claimed.from,
      `"${claimed.note ?? 'Done'}" of ${part.name}`,
      'Its issues are not done; the task begins anew',
    );
  for (const stage of [part.stage, ...rows.map((row) => row.stage), ...sessions.map((session) => session.stage)]) {
    if (stage?.value !== 'begun') continue;
    const why = 'What a session did is in no branch that Branchline knows; the task begins anew';
    notes.leave(stage.from, `"${stage.note ?? ''}" of ${part.name}`, why);
  }
  return 'open';
}
