import type { StartedRun, StartOptions } from '../cli/world-port.ts';
import { isPastDeadline } from '../core/deadline.ts';
import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { PlacedDiagnostic } from '../report/diagnostic-text.ts';
import type { Refusal } from '../report/explanation.ts';
import { newRunId } from '../system/ids.ts';
import { absentPrograms } from './absent-programs.ts';
import { approve } from './approval.ts';
import { withBriefTemplate } from './brief-template.ts';
import { checkPlanFile } from './check-plan.ts';
import { missingNames } from './missing-names.ts';
import type { Opened } from './opened.ts';
import { planAt } from './plan-file.ts';
import { chooseTarget, type Target, targetNotices } from './target.ts';
import type { Surroundings } from './world.ts';

export type Started = StartedRun & { readonly target: Target; readonly updateCheckout: boolean };
type Request = { readonly path: string | null; readonly options: StartOptions };

/** Reads, checks and approves a plan and writes its first entry. Whatever is wrong with it is said before anything starts. */
export async function startRun(around: Surroundings, { path, options }: Request): Promise<Result<Started, Refusal>> {
  const loaded = await planAt(around, path, options.agent);
  if (!loaded.ok) return loaded;
  const opened = await around.opened();
  const named = (await around.settings()).settings.briefTemplate;
  const file = await withBriefTemplate(loaded.value, { repository: opened.repository, named, base: null });
  const checked = await checkPlanFile(opened, file, { faultsOnly: true });
  const faults = [...checked.diagnostics.filter(({ severity }) => severity === 'error'), ...file.unsupported];
  if (file.plan === null || faults.length > 0) return err(unsound(file.file, faults));
  const { hash } = file;
  const plan = withPlaces(file.plan, options);
  if (isPastDeadline(plan, opened.clock.now())) return err(pastAlready(file.file));
  const missing = missingNames(plan, opened);
  if (missing !== null) return err(missing);
  const approved = await approve({ plan, hash, folder: opened.folder, io: around.io, options });
  if (!approved.ok) return approved;
  const absent = await absentPrograms(plan, { variables: opened.environment.variables, cwd: opened.root });
  const created = await createRun(opened, { plan, hash, options });
  if (!created.ok) return created;
  const advice = [...file.advice, ...absent].map(adviceLine);
  return ok({ ...created.value, notices: [...created.value.notices, ...advice] });
}

type Creation = { readonly plan: Plan; readonly hash: string; readonly options: StartOptions };

async function createRun(opened: Opened, { plan, hash, options }: Creation): Promise<Result<Started, Refusal>> {
  const { repository, store, clock } = opened;
  const synced = await repository.sync();
  if (!synced.ok) return err(cannotMirror(synced.error.stderr));
  const run = newRunId(clock.now());
  const target = await chooseTarget({ plan, repository, target: options.target, run });
  if (!target.ok) return target;
  const created = await store.append(run, [
    {
      type: 'run-created',
      plan,
      planHash: hash,
      repository: repository.root,
      base: target.value.base,
      target: target.value.target,
    },
  ]);
  // Two runs made in the same few seconds can draw the same id; the store refuses the second, and it draws again.
  if (!created.ok) return createRun(opened, { plan, hash, options });
  const { updateCheckout } = options;
  return ok({ run, notices: targetNotices(target.value, updateCheckout), target: target.value, updateCheckout });
}

const adviceLine = ({ what, why, next }: Pick<PlacedDiagnostic, 'what' | 'why' | 'next'>): string =>
  `${[what, why, next].filter((part) => part !== null).join('. ')}.`;

/** What was typed wins over what the plan says. */
const withPlaces = (plan: Plan, { places }: StartOptions): Plan => ({
  ...plan,
  agents: { ...plan.agents, max: places ?? plan.agents.max },
});

export function unsound(
  file: string,
  faults: readonly { what: string; line: number | null; col: number | null }[],
): Refusal {
  const lines = faults.slice(0, 20).map(({ what, line, col }) => `${file}:${line ?? 1}:${col ?? 1}: ${what}`);
  const more = faults.length > lines.length ? [`and ${faults.length - lines.length} more`] : [];
  return {
    what: `The plan cannot be run as it is: ${faults.length} ${faults.length === 1 ? 'finding' : 'findings'}`,
    why: [...lines, ...more].join('\n        '),
    next: `See them all with what to do: branchline check ${file}`,
  };
}

const pastAlready = (file: string): Refusal => ({
  what: 'Nothing of this plan can be started',
  why: 'Its deadline has passed',
  next: `Set a later one in ${file}, or leave "deadline" out`,
});
const cannotMirror = (stderr: string): Refusal => ({
  what: 'The repository could not be mirrored',
  why: stderr.trim(),
  next: 'Check it with: git fsck',
});
