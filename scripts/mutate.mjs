// Plants known bugs in the core, one at a time, and sees whether the simulation and the core's tests find each of them.
// Works on a copy, prints the score, and fails if one survives.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const RUNS = process.env.SIMULATE_RUNS ?? '1500';

/** Each snippet stands exactly once in its file. */
const bugs = [
  [
    'a stale attempt is listened to',
    'evolve.ts',
    "if (event.attempt !== expectedAttempt(state, event)) return refuse('stale-attempt');",
    '',
  ],
  [
    'a report counts while the agent is being stopped',
    'evolve.ts',
    "return state.is === 'working' ? { is: 'reported'",
    "return state.is === 'working' || state.is === 'stopping' ? { is: 'reported'",
  ],
  [
    'an answer to another question counts',
    'evolve.ts',
    "state.is === 'asking' && state.question === event.question",
    "state.is === 'asking'",
  ],
  [
    'dependents start when their needs are verified, not landed',
    'run.ts',
    "if (event.type === 'task-verified') this.tip = event.merged.onto;",
    "if (event.type === 'task-verified') { this.tip = event.merged.onto; this.#landed(into, this.tip); }",
  ],
  [
    'stopping attempts do not count as at work',
    'record.ts',
    "=> is === 'working' || is === 'stopping';",
    "=> is === 'working';",
  ],
  [
    'two candidates are on the train at once',
    'landing.ts',
    "if (view.count('verifying', 'landing') > 0) return [];",
    '',
  ],
  [
    'what was verified on an old tip lands',
    'landing.ts',
    "state.is === 'verified' && state.merged.onto === tip",
    "state.is === 'verified' && tip !== ''",
  ],
  [
    'one place too many',
    'dispatch.ts',
    'return readers + writers < places.writers;',
    'return readers + writers <= places.writers;',
  ],
  [
    'an exclusion within one decision is overlooked',
    'dispatch.ts',
    'const fresh = relations.excludedBy(id, this.#begun);',
    'const fresh = relations.excludedBy(id, []);',
  ],
  [
    'a scope is let go while its task rests',
    'noted.ts',
    'if (isTerminal(state)) into.held = false;',
    "if (isTerminal(state) || state.is === 'resting') into.held = false;",
  ],
  [
    'an account limit is overlooked',
    'accounts.ts',
    'return now < known.until || known.probe !== null ? 0 : 1;',
    'return 1;',
  ],
  [
    'a limit costs an attempt',
    'retry.ts',
    "return { do: 'rest', until: Math.round(until), counts: false };",
    "return { do: 'rest', until: Math.round(until), counts: true };",
  ],
  ['the same failure is tried for ever', 'retry.ts', 'if (streak >= 2) return ask(failure, context);', ''],
  ['attempts have no end', 'retry.ts', "if (history.used + 1 >= limits.max) return { do: 'give-up' };", ''],
  [
    'retries come at once',
    'retry.ts',
    'return Math.round(whole * (0.5 + jitter / 2));',
    'return Math.round(whole * jitter * 0);',
  ],
  ['a rest ends early', 'decide.ts', 'state.until <= now', 'state.until <= now + 60_000'],
  [
    'a paused run starts tasks',
    'decide.ts',
    'if (view.pausedBy !== null) return nextOnTrain(view);',
    'if (view.pausedBy !== null && view.count("ready") === 0) return nextOnTrain(view);',
    ['dispatch.ts', "if (pausedBy !== null) return { is: 'paused' };", ''],
  ],
  [
    'a run ends with tasks that were never tried',
    'decide.ts',
    "const isSettled = (view: RunView): boolean => view.count('waiting', ...OPEN) === 0;",
    'const isSettled = (view: RunView): boolean => view.count(...OPEN) === 0;',
  ],
  [
    'dependents of a failed task are skipped while others work',
    'decide.ts',
    "if (view.count(...BUSY, 'resting') > woken) return [];",
    '',
  ],
  [
    'a deadlock is waited for',
    'standing.ts',
    "return { state: 'deadlocked', why: `These",
    "return { state: 'busy', why: `These",
  ],
  [
    'a resource is held twice',
    'dispatch.ts',
    'usage.isTaken(resource) || this.#resources.has(resource)',
    "usage.isTaken('none')",
  ],
  [
    'a strict wave does not wait for the last one',
    'dispatch.ts',
    "if (index.isStrict && index.waveOf(task.id) > open.wave) return { is: 'wave' };",
    '',
  ],
  [
    'one invocation runs every group',
    'dispatch.ts',
    "if (index.isStaged && index.stageOf(task.id) > stageGate) return { is: 'stage' };",
    '',
  ],
  [
    'the shortest path goes first',
    'priority.ts',
    '(urgency[b] ?? 0) - (urgency[a] ?? 0)',
    '(urgency[a] ?? 0) - (urgency[b] ?? 0)',
  ],
  [
    'final checks are forgotten',
    'decide.ts',
    "view.count('landed') > 0 && !view.finalChecks",
    "view.count('landed') > 99 && !view.finalChecks",
  ],
  [
    'a run goes on when its budget is used up',
    'dispatch.ts',
    "if (usedUpAt('run', plan.budget.run, spent) !== null) return { is: 'budget', level: 'run', until: null };",
    '',
  ],
  ['the budget of a day is overlooked', 'dispatch.ts', 'const until = budgets.dayUntil(now);', 'const until = null;'],
  [
    'any amendment begins the day anew',
    'budget-marks.ts',
    'return cap !== null && isUsedUp({ spent, cap });',
    'return false;',
  ],
  [
    'a restart forgets what was told of budgets',
    'budget-marks.ts',
    'for (const mark of marksOf(event)) this.#add(event, mark);',
    '',
  ],
  ['a link may leave the tree', 'evidence.ts', 'else if (at.pop() === undefined) return true;', 'else at.pop();'],
];

/** A number picks one bug; without it all are planted. */
const only = process.argv[2] === undefined ? null : Number(process.argv[2]) - 1;
const chosen = [...bugs.entries()].filter(([index]) => only === null || index === only);

const copies = [];
let survived = 0;
try {
  const lanes = await Promise.all((only === null ? [0, 1] : [0]).map(makeCopy));
  const queue = [...chosen];
  await Promise.all(lanes.map((lane) => drain(lane, queue)));
  const caught = chosen.length - survived;
  process.stdout.write(`caught ${caught} of ${chosen.length} planted bugs\n`);
} finally {
  await Promise.all(copies.map((copy) => rm(copy, { recursive: true, force: true })));
}
process.exitCode = survived === 0 ? 0 : 1;

async function makeCopy() {
  const copy = await mkdtemp(join(tmpdir(), 'branchline-mutate-'));
  copies.push(copy);
  await cp(join(root, 'src/core'), join(copy, 'src/core'), { recursive: true });
  await cp(join(root, 'test/simulation'), join(copy, 'test/simulation'), { recursive: true });
  for (const file of [
    'test/simulate.test.ts',
    'test/makespan.test.ts',
    'test/rig/seed.ts',
    'test/rig/bare.ts',
    'test/rig/made-up-run.ts',
    'test/suites/fixtures.ts',
    'vitest.config.ts',
    'tsconfig.json',
    'package.json',
  ]) {
    await cp(join(root, file), join(copy, file));
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  // A suite that is red before anything is planted would seem to catch everything.
  if ((await runTests(copy)) !== 0) throw new Error('The tests fail without any planted bug');
  return copy;
}

async function drain(copy, queue) {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [index, [name, file, from, to, also]] = next;
    const undo = [await plant(copy, file, from, to)];
    if (also !== undefined) undo.push(await plant(copy, ...also));
    const caught = (await runTests(copy)) !== 0;
    for (const back of undo.reverse()) await back();
    if (!caught) survived += 1;
    process.stdout.write(`${caught ? 'caught  ' : 'SURVIVED'} ${index + 1}. ${name}\n`);
  }
}

/** Returns what takes the bug out again. */
async function plant(copy, file, from, to) {
  const path = join(copy, 'src/core', file);
  const text = await readFile(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`Not exactly once in ${file}: ${from}`);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  return () => writeFile(path, text);
}

/** Only what can see these bugs: the simulation, the makespan, and the tests that stand beside the planted files. */
async function runTests(copy) {
  const beside = (await readdir(join(copy, 'src/core')))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `src/core/${name}`);
  const args = [
    'vitest',
    'run',
    '--bail=1',
    '--no-file-parallelism',
    ...beside,
    'test/makespan.test.ts',
    'test/rig/seed.ts',
    'test/simulate.test.ts',
  ];
  const child = spawn('npx', args, { cwd: copy, stdio: 'ignore', env: { ...process.env, SIMULATE_RUNS: RUNS } });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
