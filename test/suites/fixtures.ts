import type { RunEvent, TaskEvent } from '../../src/core/event.ts';
import type { Plan, Task } from '../../src/core/plan.ts';
import type { Job } from '../../src/core/ports/queue.ts';
import type { Spent } from '../../src/core/spent.ts';
import { bareAgents, barePlan, bareTask } from '../rig/bare.ts';

const timeout = { firstEvent_ms: null, silence_ms: null, afterResult_ms: null, wall_ms: null };

const task = (id: string): Task => ({
  id,
  title: id,
  brief: { text: id },
  steps: [],
  done: [],
  needs: [],
  reads: [],
  scope: null,
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
});

export const planOf = (...ids: readonly string[]): Plan => ({
  name: 'shop',
  base: 'main',
  target: 'main',
  envRequired: [],
  setup: [],
  teardown: [],
  checks: [],
  finalChecks: [],
  shared: [],
  keep: [],
  agents: { default: 'fake', max: 3, maxReadonly: 5, use: {}, ...bareAgents },
  ...barePlan,
  parallel: { enabled: true, minTasks: 2, force: false },
  undeclared: 'allow',
  outOfScope: 'reject',
  overlap: 'stop',
  batches: { strict: false, size: null },
  continue: 'auto',
  approval: 'none',
  profile: null,
  attempts: { max: 3, conflict: 2, backoff_ms: 0 },
  timeout,
  branch: '{run}/{task}',
  land: { as: 'merge', message: null },
  notify: { command: null, webhook: null },
  cleanup: { auto: true, failed: false },
  tasks: ids.map(task),
});

export const created = (...ids: readonly string[]): RunEvent => ({
  type: 'run-created',
  plan: planOf(...ids),
  planHash: 'sha256:0',
  repository: '/home/ada/shop',
  base: 'main',
  target: 'refs/heads/main',
});

export const ready = (id: string, attempt = 1): TaskEvent => ({ type: 'task-ready', task: id, attempt });

export const started = (id: string, attempt = 1): TaskEvent => ({
  type: 'task-started',
  task: id,
  attempt,
  agent: 'fake',
  account: null,
});

/** Both steps to `working`. */
export const atWork = (id: string, attempt = 1): readonly TaskEvent[] => [ready(id, attempt), started(id, attempt)];

export const progress = (id: string, done: number, attempt = 1): TaskEvent => ({
  type: 'agent-progress',
  task: id,
  attempt,
  done,
  of: 1_000_000,
  text: 'on its way, with a text of about the length that such texts have, so that sizes are true to life',
});

export const spent = (id: string, part: Partial<Spent>, attempt = 1): TaskEvent => ({
  type: 'agent-spent',
  task: id,
  attempt,
  spent: { fresh: 0, cacheRead: 0, cacheWrite: 0, output: 0, usd: null, model: null, ...part },
});

export const asked = (id: string, question: string, attempt = 1): TaskEvent => ({
  type: 'task-asked',
  task: id,
  attempt,
  question: {
    id: question,
    kind: 'choice',
    text: 'Which one?',
    options: ['left', 'right'],
    deadline: null,
    default: null,
  },
});

export const answered = (id: string, question: string, answer: string, attempt = 1): TaskEvent => ({
  type: 'question-answered',
  task: id,
  attempt,
  question,
  answer,
  by: 'ada',
});

export const cancelled = (id: string, attempt = 1): TaskEvent => ({
  type: 'task-cancelled',
  task: id,
  attempt,
  by: 'ada',
});

export const job = (id: string, over: Partial<Job> = {}): Job => ({
  id,
  lane: 'attempts',
  priority: 5,
  notBefore: null,
  payload: `{"id":"${id}"}`,
  ...over,
});
