import type { Amendment } from '../cli/world-port.ts';
import { amendment, type Consequences, consequences } from '../core/amend.ts';
import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';
import { approve } from './approval.ts';
import { withBriefTemplate } from './brief-template.ts';
import { checkPlanFile } from './check-plan.ts';
import { missingNames } from './missing-names.ts';
import type { Opened } from './opened.ts';
import { planAt } from './plan-file.ts';
import { readView } from './run-view.ts';
import { unsound } from './start-run.ts';
import type { Surroundings } from './world.ts';

type Request = { readonly run: string; readonly path: string; readonly apply: boolean };

/** Puts an edited plan in the place of the one that a run works by; without `apply` it only says what would follow. */
export async function amendRun(
  around: Surroundings,
  opened: Opened,
  request: Request,
): Promise<Result<Amendment, Refusal>> {
  const { run, path, apply } = request;
  const loaded = await planAt(around, path);
  if (!loaded.ok) return loaded;
  const view = await readView(opened.store, run, opened.ignoreCase);
  const read = await withBriefTemplate(loaded.value, {
    repository: opened.repository,
    named: (await around.settings()).settings.briefTemplate,
    base: view.created.base,
  });
  const checked = await checkPlanFile(opened, read);
  const { plan, hash, file, unsupported } = read;
  const faults = [...checked.diagnostics.filter(({ severity }) => severity === 'error'), ...unsupported];
  if (plan === null || faults.length > 0) return err(unsound(file, faults));
  const missing = missingNames(plan, opened);
  if (missing !== null) return err(missing);
  const found = consequences(view, plan);
  if (found.refused.length > 0) return err(refusedBy(found));
  if (!apply) return ok(told(found, false));
  // Whoever applies it has seen what follows and said yes to it: that is the approval of these bytes.
  const options = { yes: true, approve: null };
  const approved = await approve({ plan, hash, folder: opened.folder, io: around.io, options });
  if (!approved.ok) return approved;
  return put(opened, { run, plan, hash });
}

type Amended = { readonly run: string; readonly plan: Plan; readonly hash: string };

async function put(opened: Opened, { run, plan, hash }: Amended): Promise<Result<Amendment, Refusal>> {
  const by = opened.environment.variables['USER'] ?? 'someone';
  for (let tries = 1; tries <= 5; tries += 1) {
    const view = await readView(opened.store, run, opened.ignoreCase);
    const found = consequences(view, plan);
    if (found.refused.length > 0) return err(refusedBy(found));
    const appended = await opened.store.append(run, amendment(view, plan, { planHash: hash, by }));
    if (appended.ok) return ok(told(found, true));
  }
  return err({ what: 'The plan could not be amended', why: 'The run changed each time', next: 'Try again' });
}

function told(found: Consequences, applied: boolean): Amendment {
  const { added, dropped, rescoped, rebriefed, planWide, stops, outdated } = found;
  const changed = [...new Set([...rescoped, ...rebriefed])].map((task) => ({
    task,
    fields: [...(rescoped.includes(task) ? ['scope or needs'] : []), ...(rebriefed.includes(task) ? ['brief'] : [])],
  }));
  return {
    added,
    dropped,
    changed,
    consequences: [
      ...planWide.map(
        (field) => `What the plan says under ${field} is different; attempts that begin from now on go by it.`,
      ),
      ...stops.map((task) => `The attempt at ${task} is stopped; its work is rescued.`),
      ...outdated.map(
        (task) => `The attempt at ${task} goes on as it was told; the change holds from its next attempt.`,
      ),
    ],
    applied,
  };
}

const refusedBy = ({ refused }: Consequences): Refusal => ({
  what: 'The plan cannot be amended like that',
  why: refused.join('; '),
  next: 'Leave what has landed as it was, and add a further task for what is to change',
});
