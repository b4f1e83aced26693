import { NO_BUDGET } from '../../src/core/agent-defaults.ts';
import type { Plan, Task } from '../../src/core/plan.ts';
import { bareAgents, barePlan, bareTask, bareUse } from '../rig/bare.ts';
import type { Chance } from './chance.ts';
import { randomBudget } from './purse.ts';

/** A task with nothing special about it. */
export function plainTask(id: string, change: Partial<Task> = {}): Task {
  return {
    id,
    title: `Task ${id}`,
    brief: null,
    steps: [],
    done: [],
    needs: [],
    reads: [],
    scope: { may: [`own/${id}`], mayNot: [] },
    kind: 'code',
    artifacts: [],
    resources: [],
    priority: 0,
    estimate_min: null,
    agent: null,
    checks: [],
    setup: [],
    timeout: {},
    attempts: {},
    noChange: { allowed: false, reason: null },
    env: {},
    issues: [],
    labels: [],
    group: null,
    owner: null,
    ...bareTask,
    ...change,
  };
}

const AGENT = { driver: 'command', command: ['agent'], env: {}, briefOnStdin: false, timeout: {}, ...bareUse } as const;

/** A plan with nothing special about it. */
export function plainPlan(tasks: readonly Task[], change: Partial<Plan> = {}): Plan {
  return {
    name: 'plan',
    base: null,
    target: null,
    envRequired: [],
    setup: [],
    teardown: [],
    checks: [],
    finalChecks: [],
    shared: [],
    keep: [],
    agents: {
      default: 'one',
      max: 3,
      maxReadonly: null,
      use: {
        one: { ...AGENT, account: null, accountMax: null },
        two: { ...AGENT, account: 'acme', accountMax: 2 },
      },
      ...bareAgents,
    },
    ...barePlan,
    parallel: { enabled: true, minTasks: 1, force: false },
    undeclared: 'allow',
    outOfScope: 'reject',
    overlap: 'serialise',
    batches: { strict: false, size: null },
    continue: 'auto',
    profile: null,
    approval: 'none',
    attempts: { max: 3, conflict: 2, backoff_ms: 1_000 },
    timeout: { firstEvent_ms: null, silence_ms: null, afterResult_ms: null, wall_ms: null },
    branch: '{run}/{task}',
    land: { as: 'merge', message: null },
    notify: { command: null, webhook: null },
    cleanup: { auto: true, failed: false },
    tasks,
    ...change,
  };
}

/** A plan of every kind that the settings allow, small enough that thousands of them can be run. */
export function randomPlan(chance: Chance): Plan {
  const size = 1 + chance.below(9);
  const tasks = Array.from({ length: size }, (_, index) => randomTask(chance, index));
  const strict = chance.happens(0.15);
  return plainPlan(withCycle(chance, tasks), {
    agents: {
      ...plainPlan([]).agents,
      max: chance.pick([1, 2, 3, null]),
      maxReadonly: chance.pick([null, null, 1, 2]),
    },
    shared: chance.happens(0.5) ? ['area/0'] : [],
    overlap: chance.pick(['serialise', 'branch']),
    batches: { strict, size: strict ? chance.pick([null, 1, 2]) : null },
    continue: chance.happens(0.2) ? chance.pick(['per-group', 'per-batch-human', 'manual']) : 'auto',
    attempts: { max: 1 + chance.below(3), conflict: 1 + chance.below(2), backoff_ms: chance.pick([1, 1_000, 60_000]) },
    finalChecks: chance.happens(0.3) ? ['true', ['make', 'all']] : [],
    parallel: { enabled: chance.happens(0.9), minTasks: 1, force: false },
    budget: chance.happens(0.4) ? randomBudget(chance) : NO_BUDGET,
    // The clock of a made-up world begins at 1,000,000.
    deadline: chance.happens(0.15) ? 1_000_000 + chance.below(400_000) : null,
    attemptsInAll: chance.happens(0.15) ? 1 + chance.below(8) : null,
  });
}

function randomTask(chance: Chance, index: number): Task {
  const earlier = Array.from({ length: index }, (_, each) => `t${each}`);
  const areas = Array.from({ length: chance.below(3) }, () => `area/${chance.below(3)}`);
  return plainTask(`t${index}`, {
    needs: earlier.filter(() => chance.happens(0.25)),
    reads: chance.happens(0.15) ? [`area/${chance.below(3)}`] : [],
    scope: chance.happens(0.1) ? null : { may: [`own/${index}`, ...areas], mayNot: [] },
    kind: chance.happens(0.2) ? 'research' : 'code',
    resources: chance.happens(0.2) ? [`port-${chance.below(2)}`] : [],
    priority: chance.happens(0.2) ? chance.below(3) : 0,
    estimate_min: chance.happens(0.5) ? 1 + chance.below(60) : null,
    agent: chance.happens(0.4) ? 'two' : null,
    group: chance.happens(0.5) ? chance.pick(['red', 'blue']) : null,
    budget: chance.happens(0.1) ? { task: { tokens: 1 + chance.below(4_000), usd: null } } : {},
  });
}

/** Plans are checked for cycles long before they run; should one get here, the run must say so and not hang. */
function withCycle(chance: Chance, tasks: readonly Task[]): readonly Task[] {
  if (tasks.length < 2 || !chance.happens(0.03)) return tasks;
  const last = `t${tasks.length - 1}`;
  return tasks.map((task, index) => {
    if (index === 0) return { ...task, needs: [...task.needs, last] };
    return index === tasks.length - 1 ? { ...task, needs: [...new Set([...task.needs, 't0'])] } : task;
  });
}

/** A plan for the makespan: a layered graph with estimates, and conflicts on shared areas. */
export function loadPlan(chance: Chance, size: number, places: number): Plan {
  const conflicts = chance.pick([0, 0.3, 0.5]);
  const areas = Math.max(2, Math.round(size / 6));
  const tasks = Array.from({ length: size }, (_, index) =>
    plainTask(`t${index}`, {
      needs: [...new Set(Array.from({ length: chance.below(3) }, () => chance.below(Math.max(1, index))))]
        .filter((need) => need < index && index - need < 4 * places + 8)
        .map((need) => `t${need}`),
      scope: {
        may: chance.happens(conflicts) ? [`own/${index}`, `area/${chance.below(areas)}`] : [`own/${index}`],
        mayNot: [],
      },
      estimate_min: Math.max(1, Math.round(chance.logNormal(20, 1))),
    }),
  );
  return plainPlan(tasks, { agents: { ...plainPlan([]).agents, max: places } });
}
