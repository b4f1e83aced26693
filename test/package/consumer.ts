// A program of a stranger: it knows the installed package and nothing else. Checked against the published types, and run.
import { readFileSync } from 'node:fs';
import { auditPaths, openBranchline, type Plan, type RunEvent, readPlan, relationsOf, simulate } from 'branchline';

const [, , repository = '.', stateDir = '.', file = 'plan.yaml'] = process.argv;

const read = readPlan(readFileSync(file, 'utf8'), file);
if (read.plan === null) throw new Error(JSON.stringify(read.diagnostics));
const plan: Plan = read.plan;

const relations = relationsOf(plan, { ignoreCase: false });
if (!relations.ok) throw new Error(JSON.stringify(relations.error));
const simulated = simulate(plan, { relationsOf: () => relations.value, minutes: () => 10 });
const [first] = plan.tasks;

const branchline = openBranchline({ dir: repository, stateDir });
const checked = await branchline.plans.check(file);
if (!checked.ok || checked.value.report === null) throw new Error(JSON.stringify(checked));

const started = await branchline.runs.start(file, {
  yes: true,
  approve: null,
  target: null,
  places: null,
  agent: null,
  updateCheckout: false,
});
if (!started.ok) throw new Error(JSON.stringify(started.error));
const { run } = started.value;
const driven = await branchline.runs.drive(run, { maxWait_ms: 0, interactive: false });
const events: readonly RunEvent['type'][] = (await branchline.runs.entries(run, 0)).map(({ event }) => event.type);
const status = await branchline.runs.status(run);
await branchline.close();

process.stdout.write(
  JSON.stringify({
    between: relations.value.between('greet', 'part'),
    stray: first === undefined ? [] : auditPaths(first, ['hello.txt', 'other.txt'], { ignoreCase: false }),
    makespan: simulated.makespan_min,
    verdict: checked.value.report.verdict,
    driven: driven.ok,
    last: events.at(-1),
    landed: status.counts.landed,
    target: status.target,
  }),
);
