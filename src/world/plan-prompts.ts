import { lstat, readFile, realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { PromptOptions, WrittenPrompts } from '../cli/prompts-port.ts';
import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { PromptFacts } from '../formats/prompts/facts.ts';
import { issueDrafts } from '../formats/prompts/issue-draft.ts';
import { issueLink } from '../formats/prompts/issue-link.ts';
import { launchOrder } from '../formats/prompts/order.ts';
import { NO_PROMPTS, type PromptSheet, sheetText, writePrompts } from '../formats/prompts/write.ts';
import { readYaml } from '../plans/document.ts';
import { placeDiagnostics } from '../plans/place.ts';
import type { Refusal } from '../report/explanation.ts';
import { checkPlanFile } from './check-plan.ts';
import { installedAgents } from './installed.ts';
import type { Opened } from './opened.ts';
import { loadPlan, type PlanFile } from './plan-file.ts';
import { writeWhole } from './run-files.ts';
import { branchRef } from './target.ts';
import type { Surroundings } from './world.ts';

/** Instruction files that are named to whoever works, in this order. */
const GUIDES = ['CLAUDE.md', 'AGENTS.md'];

/** Who stands in where the plan names no agent and this machine has none: people launch whichever they have. */
const STAND_IN = 'claude';

/** Prompts for people who launch agents by hand. What `check` calls an error leaves all of them out. */
export async function promptsFor(
  around: Surroundings,
  path: string | null,
  options: PromptOptions,
): Promise<Result<WrittenPrompts, Refusal>> {
  const { planLink } = options;
  if (planLink !== null && issueLink(planLink).url === null) return err(noLink(planLink));
  const loaded = await anyAgent(around, path);
  if (!loaded.ok) return loaded;
  const { file, standIn } = loaded.value;
  const opened = await around.opened();
  const checked = await checkPlanFile(opened, file, { faultsOnly: true });
  const { plan } = file;
  if (plan === null || checked.report === null || hasErrors(checked.diagnostics)) {
    return ok({ ...sheetOf(NO_PROMPTS), ...NO_ISSUES, file: file.file, diagnostics: checked.diagnostics, written: [] });
  }
  const { task } = options;
  if (task !== null && !plan.tasks.some(({ id }) => id === task)) return err(unknownTask(task, plan));
  const facts = { ...(await factsOf(opened, { file, plan, cwd: around.cwd })), ...given(options), standIn };
  const order = launchOrder(plan, checked.report, opened);
  const sheet = writePrompts({ ...facts, plan, order, report: checked.report }, task, options.playbook);
  const placed = placeDiagnostics(file.text, file.file, inSingular(file.text, sheet.findings));
  const diagnostics = [...checked.diagnostics, ...placed];
  const issues = { plan: plan.name, issues: issueDrafts(plan, sheet.prompts) };
  if (options.out === null || hasErrors(diagnostics)) {
    return ok({ ...sheetOf(sheet), ...issues, file: file.file, diagnostics, written: [] });
  }
  const written = await save(resolve(around.cwd, options.out), sheet, options.force);
  return written.ok
    ? ok({ ...sheetOf(sheet), ...issues, file: file.file, diagnostics, written: written.value })
    : written;
}

const NO_ISSUES = { plan: null, issues: [] };

const hasErrors = (found: readonly { readonly severity: string }[]): boolean =>
  found.some(({ severity }) => severity === 'error');

const sheetOf = (
  sheet: Omit<PromptSheet, 'findings'>,
): Omit<WrittenPrompts, 'file' | 'diagnostics' | 'written' | 'plan' | 'issues'> => ({
  prompts: sheet.prompts,
  playbook: sheet.playbook,
  tables: sheet.tables,
  text: sheetText(sheet),
});

const given = ({ format, planLink, label }: PromptOptions): Pick<PromptFacts, 'style' | 'planLink' | 'label'> => ({
  style: format,
  planLink,
  label,
});

type Loaded = { readonly file: PlanFile; readonly standIn: string | null };

/** A plan for people is good without an agent on this machine. */
async function anyAgent(around: Surroundings, path: string | null): Promise<Result<Loaded, Refusal>> {
  const { cwd, environment, settings } = around;
  const installed = await installedAgents({ cwd, variables: environment.variables });
  const request = { cwd, path, settings: await settings() };
  const loaded = await loadPlan({ ...request, installed });
  if (!loaded.ok || loaded.value.plan !== null || installed.length > 0) {
    return loaded.ok ? ok({ file: loaded.value, standIn: null }) : loaded;
  }
  const again = await loadPlan({ ...request, installed: [STAND_IN] });
  return again.ok ? ok({ file: again.value, standIn: STAND_IN }) : again;
}

type Read = { readonly file: PlanFile; readonly plan: Plan; readonly cwd: string };
type Repository = Omit<PromptFacts, 'style' | 'planLink' | 'label' | 'standIn' | 'plan' | 'order' | 'report'>;

/** What the repository holds on the branch where work starts. */
async function factsOf({ repository, root }: Opened, { file, plan, cwd }: Read): Promise<Repository> {
  const base = plan.base ?? repository.head ?? 'main';
  const commit = await repository.tip(branchRef(base));
  const paths = new Set(commit === null ? [] : await repository.paths(commit));
  const planFile = relative(await realpath(root), await realpath(resolve(cwd, file.file)));
  const files = plan.tasks.flatMap(({ brief }) => (brief !== null && 'file' in brief ? [brief.file] : []));
  const texts = [...new Set(files)].map(async (path) => {
    const text = commit === null ? null : await repository.readFile(commit, path);
    return text === null ? [] : [[path, text] as const];
  });
  return {
    base,
    target: plan.target ?? base,
    project: root.split('/').at(-1) ?? root,
    root,
    planFile,
    planCommitted: paths.has(planFile),
    guides: GUIDES.filter((path) => paths.has(path)),
    briefs: new Map((await Promise.all(texts)).flat()),
  };
}

/** A plan may say `issue: …`, and the place of a finding is where it stands. */
function inSingular(text: string, findings: PromptSheet['findings']): PromptSheet['findings'] {
  const document = readYaml(text.replace(/^\ufeff/, ''));
  return findings.map((each) => {
    if (each.task === null || !each.field?.endsWith('.issues[0]')) return each;
    const isSingular = [...document.keysOf(['tasks', each.task])].includes('issue');
    return isSingular ? { ...each, field: `tasks.${each.task}.issue` } : each;
  });
}

/** All or none, and nothing that is there and differs without `force`. */
async function save(folder: string, sheet: PromptSheet, force: boolean): Promise<Result<readonly string[], Refusal>> {
  const files = [
    ...sheet.prompts.map(({ task, text }) => ({ name: `${task}.prompt.md`, text: `${text}\n` })),
    ...sheet.prompts.flatMap((prompt) => prompt.files),
    ...(sheet.playbook === null ? [] : [{ name: 'playbook.md', text: sheet.playbook }]),
  ].map(({ name, text }) => ({ path: join(folder, name), text }));
  for (const { path, text } of files) {
    if (!force && (await standsInTheWay(path, text))) return err(alreadyThere(path));
  }
  try {
    for (const { path, text } of files) await writeWhole(path, text);
  } catch (error) {
    return err(notWritable(folder, error));
  }
  return ok(files.map(({ path }) => path));
}

async function standsInTheWay(path: string, text: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return false;
  return !found.isFile() || (await readFile(path, 'utf8')) !== text;
}

const alreadyThere = (path: string): Refusal => ({
  what: `${path} is there already, and it differs`,
  why: 'Nothing was written',
  next: 'Name another folder, or replace it with --force',
});

const notWritable = (folder: string, error: unknown): Refusal => ({
  what: `Prompts cannot be written to ${folder}`,
  why: error instanceof Error ? error.message : String(error),
  next: 'Name a folder that may be written with --out',
});

const unknownTask = (task: string, { tasks }: Plan): Refusal => ({
  what: `There is no task ${task} in this plan`,
  why: `Its tasks are ${tasks
    .slice(0, 12)
    .map(({ id }) => id)
    .join(', ')}${tasks.length > 12 ? ', …' : ''}`,
  next: 'Name one of them with --task, or leave it out',
});

const noLink = (given: string): Refusal => ({
  what: `${given} leads nowhere`,
  why: 'An agent that works elsewhere has to reach the plan by an address',
  next: 'Give an address, a link as in [PAY-9](https://…), or an issue as in acme/shop#9',
});
