import type { Draft } from '../draft.ts';
import {
  baseName,
  drafted,
  faultAt,
  longLines,
  type Reader,
  refused,
  type Source,
  type SourceFile,
} from '../source.ts';
import { Notes } from './notes.ts';
import { type PlanFile, readPlanFile } from './plan-file.ts';
import { readPreferences } from './preferences.ts';
import { overIn } from './state.ts';
import { tasksOf } from './tasks.ts';

/** Claude Command Centre: a master plan, its dispatch table and prompts, and the files that stand beside them. */
export const ccc: Reader = {
  name: 'ccc',
  about: 'a master plan of Claude Command Centre (issue registry, phase map, dispatch table) or its dispatch prompts',
  detect: ({ files }) => (files.some((file) => isSettings(file) || looksLike(file)) ? 2 : 0),
  read: ({ files, isFolder, path }: Source) => {
    const notes = new Notes();
    const own = files.filter((file) => isMarkdown(file) && (!isFolder || looksLike(file)));
    const long = longLines(own);
    if (long.length > 0) return refused(...long);
    const plans = own.map((file) => readPlanFile(file, notes));
    const preferences = files
      .filter((file) => /^\.?ccc-preferences\.ya?ml$/.test(baseName(file.path)))
      .map((file) => readPreferences(file, notes));
    const over = files
      .filter((file) => /^\.ccc-state\.json$/.test(baseName(file.path)))
      .flatMap((file) => overIn(file, notes) ?? []);
    const whole = {
      issues: plans.flatMap((plan) => plan.issues),
      phases: plans.flatMap((plan) => plan.phases),
      dispatched: plans.flatMap((plan) => plan.dispatched),
      sessions: plans.flatMap((plan) => plan.sessions),
      prompts: plans.flatMap((plan) => plan.prompts),
      ...{ over, mode: preferences.find(({ mode }) => mode !== null)?.mode ?? null },
    };
    sectionsOf(plans, notes);
    const tasks = tasksOf(whole, notes);
    // Preferences by themselves are settings for a plan that is still to be written.
    if (tasks.length === 0 && Object.keys(preferences[0]?.values ?? {}).length === 0)
      return refused(...notes.diagnostics, faultAt({ file: files[0]?.path ?? path, line: 1 }, 'no-phases', NO_PHASES));
    const draft: Draft = {
      name: plans.find(({ name }) => name !== null)?.name ?? null,
      values: preferences[0]?.values ?? {},
      ...{ tasks, missing: notes.missing, left: notes.left },
    };
    return drafted(draft, notes.diagnostics);
  },
};

const NO_PHASES = {
  what: 'There is nothing to do in it',
  why: 'A master plan has an issue registry and a phase map; preferences and state stand beside one',
  next: 'Name the master plan, a file of dispatch prompts, or the folder that holds them',
};

const isMarkdown = ({ path }: SourceFile): boolean => !/\.(?:ya?ml|jsonl?|toml)$/i.test(path);
const isSettings = ({ path }: SourceFile): boolean => /^\.ccc-(?:preferences\.ya?ml|state\.json)$/.test(baseName(path));

const TABLES =
  /^[ \t]*\|[ \t]*(?:phase[ \t]*\|[ \t]*issues?\b|session(?: name)?[ \t]*\|[ \t]*issue\b|id[ \t]*\|[ \t]*title[ \t]*\|[ \t]*status[ \t]*\|[ \t]*exec\b)/im;
const looksLike = (file: SourceFile): boolean =>
  isMarkdown(file) &&
  (TABLES.test(file.text) ||
    (/\bfrom\s+master\s+plan\b/i.test(file.text) && /^[ \t*_]*exec(?:ution)? mode\b/im.test(file.text)));

/** A master plan has both of its tables; what only lists sessions or prompts is none. */
function sectionsOf(plans: readonly PlanFile[], notes: Notes): void {
  const kinds = new Set(plans.flatMap((plan) => [...plan.kinds]));
  const at = plans.find((plan) => plan.kinds.has('issues') || plan.kinds.has('phases'));
  if (at === undefined) return;
  const from = at.name?.from ?? at.phases[0]?.at ?? at.issues[0]?.at;
  if (from === undefined) return;
  if (!kinds.has('issues')) notes.miss(from, null, 'Issue Registry');
  if (!kinds.has('phases')) notes.miss(from, null, 'Phase Map');
}
