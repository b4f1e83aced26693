import { z } from 'zod';
import { SYSTEMS } from '../core/state-words.ts';
import { agentFields } from './fields-agents.ts';
import { planBudget } from './fields-budget.ts';
import { questions } from './fields-questions.ts';
import { batches, cleanup, LANDINGS_LATER, land, notify, parallel } from './fields-rules.ts';
import { attempts, timeout } from './fields-shapes.ts';
import { taskFields } from './fields-task.ts';
import { field, kinds as k } from './kinds.ts';

/** Maps whose inside is settled by the version that acts on them. */
const laterMap = { unit: 'map', default: null, later: true } as const;

/** Every field of a plan. `docs/plan.md`, the JSON Schema and the reader are all made from this. */
export const planFields = z.strictObject(
  {
    plan: field(k.id, {
      about: 'Name of the plan; a part of branch names.',
      unit: 'name',
      default: 'name of the file',
      example: 'audit-logging',
    }),
    repos: field(k.anything, {
      about: 'Repositories of a plan that has several.',
      unit: 'map',
      default: null,
      example: { backend: '../backend' },
      later: true,
    }),
    base: field(k.branch, {
      about: 'Branch where work starts.',
      unit: 'branch',
      default: 'the branch that is checked out',
      example: 'main',
    }),
    target: field(k.branch, {
      about: 'Branch that the work lands on.',
      unit: 'branch',
      default: 'base',
      example: 'release/2',
    }),
    'env-required': field(k.variables, {
      about: 'Environment variables that must be set, or "run" refuses. What the plan starts sees them.',
      unit: 'names',
      default: [],
      example: ['DATABASE_URL'],
    }),
    setup: field(k.commands, {
      about: 'Commands run in every fresh worktree, before the agent.',
      unit: 'commands',
      default: [],
      example: ['npm ci'],
    }),
    teardown: field(k.commands, {
      about: 'Commands run in a worktree before it is given up.',
      unit: 'commands',
      default: [],
      example: ['docker compose down'],
      later: true,
    }),
    checks: field(k.commands, {
      about:
        'Commands that must succeed on the merged tree before a task lands. A text runs with sh -c; a list within the list is a program and its arguments.',
      unit: 'commands',
      default: [],
      example: ['npm test', ['node', 'check.js']],
    }),
    'final-checks': field(k.commands, {
      about: 'Commands run once on the target after everything has landed.',
      unit: 'commands',
      default: [],
      example: ['npm run e2e'],
    }),
    checklist: field(k.texts, {
      about: 'What a person goes through before the run is done.',
      unit: 'texts',
      default: null,
      example: ['Read the changelog'],
      later: true,
    }),
    shared: field(k.patterns, {
      about: 'One writer at a time below each of these, whatever the scopes say.',
      unit: 'patterns',
      default: [],
      example: ['package-lock.json'],
    }),
    generated: field(k.anything, {
      about: 'Files made by a command, which settles conflicts in them.',
      unit: 'map of paths and commands',
      default: null,
      example: { 'package-lock.json': 'npm install' },
      later: true,
    }),
    'append-only': field(k.patterns, {
      about: 'Files to which tasks only add lines; conflicts in them keep both sides.',
      unit: 'patterns',
      default: null,
      example: ['CHANGELOG.md'],
      later: true,
    }),
    agents: field(agentFields, {
      about: 'Agents, and how many work at once.',
      unit: 'map',
      default: {},
      example: { default: 'claude', max: 3 },
    }),
    parallel: field(parallel, {
      about: 'Whether tasks run side by side; true and false are short for "enabled".',
      unit: 'true, false or a map',
      default: true,
      example: false,
    }),
    undeclared: field(k.choice(['allow', 'serialise', 'refuse']), {
      about: 'What happens to tasks without a scope: a warning, one at a time, or no run.',
      unit: 'one word',
      default: 'allow',
      example: 'serialise',
    }),
    'out-of-scope': field(k.choice(['reject', 'quarantine', 'ask']), {
      about:
        'What happens to work outside of the scope: a new attempt, the rest lands and this is set aside, or a person decides.',
      unit: 'one word',
      default: 'reject',
      example: 'ask',
    }),
    overlap: field(k.choice(['stop', 'serialise', 'branch']), {
      about:
        'What happens if two tasks may write the same path: no run, one after the other, or both at once and the conflict is settled at landing.',
      unit: 'one word',
      default: 'stop',
      example: 'serialise',
    }),
    batches: field(batches, {
      about: 'Batches in place of continuous scheduling.',
      unit: 'map',
      default: {},
      example: { strict: true, size: 3 },
    }),
    continue: field(k.choice(['auto', 'per-group', 'per-batch-human', 'manual']), {
      about:
        'When a run pauses by itself, until "branchline resume": never, after each group, after each batch, or after all that could be started.',
      unit: 'one word',
      default: 'auto',
      example: 'per-group',
    }),
    approval: field(k.choice(['none', 'plan', 'batch']), {
      about:
        'A person approves the programs of a plan by its hash before anything is run: "none" remembers that on this machine, "plan" asks at every run.',
      unit: 'one word',
      default: 'none',
      example: 'plan',
      later: ['batch'],
    }),
    questions: field(questions, {
      about: 'What becomes of questions; one word is short for "policy".',
      unit: 'one word or a map',
      default: { policy: 'live', wait: '45s' },
      example: { policy: 'park', deadline: '4h', default: 'no' },
    }),
    budget: field(planBudget, {
      about:
        'What may be used up; dollars and tokens by themselves are those of the run. docs/costs.md says what happens then.',
      unit: 'map',
      default: 'no cap',
      example: { dollars: 20 },
    }),
    attempts: field(attempts, {
      about: 'How often a task is tried; a number means in all.',
      unit: 'attempts',
      default: { max: 3, conflict: 2, backoff: '10s' },
      example: 2,
    }),
    timeout: field(timeout, {
      about: 'Clocks of every attempt; one duration means the whole attempt.',
      unit: 'durations',
      default: { 'first-event': '5m', silence: '15m', 'after-result': '1m', wall: '2h' },
      example: { wall: '45m' },
    }),
    deadline: field(k.moment, {
      about:
        'From then on nothing new starts and the run pauses; an agent that is still at work ten minutes later is ended with its work kept.',
      unit: 'date and time',
      default: 'never',
      example: '2030-01-31T18:00:00Z',
    }),
    isolation: field(k.choice(['slot', 'worktree']), {
      about: 'What a task works in: a small repository of its own, or a linked git worktree.',
      unit: 'one word',
      default: 'slot',
      example: 'worktree',
      later: ['worktree'],
    }),
    keep: field(k.patterns, {
      about: 'Ignored paths that survive in a slot between attempts.',
      unit: 'patterns',
      default: [],
      example: ['node_modules/'],
    }),
    cleanup: field(cleanup, {
      about: 'What is tidied up; true and false are short for "auto".',
      unit: 'true, false or a map',
      default: { auto: true, failed: false },
      example: { failed: true },
    }),
    branch: field(k.branchTemplate, {
      about:
        'Template of branch names: {run}, {task}, {attempt}, {plan}, {agent}, {issue} (of a task without one: its name) and {slug} (of its title).',
      unit: 'template',
      default: 'branchline/{run}/{task}',
      example: 'work/{task}-{attempt}',
    }),
    names: field(k.anything, {
      about: 'Templates of other names: session, title, owner, plan file.',
      example: { session: '{task}' },
      ...laterMap,
    }),
    land: field(land, {
      about: 'How work lands; one word is short for "as".',
      unit: 'one word or a map',
      default: 'merge',
      example: { as: 'squash' },
      later: LANDINGS_LATER,
    }),
    notify: field(notify, {
      about: 'How a person is told that a run needs them or has ended.',
      unit: 'map',
      default: {},
      example: { command: ['notify-send', 'Branchline'] },
    }),
    qa: field(k.anything, {
      about: 'A second agent that tries out what the first has done.',
      example: { agent: 'codex' },
      ...laterMap,
    }),
    review: field(k.anything, {
      about: 'Reviewers, and how many must agree.',
      example: { by: ['security'] },
      ...laterMap,
    }),
    e2e: field(k.anything, {
      about: 'End-to-end tests with their own services.',
      example: { command: 'npm run e2e' },
      ...laterMap,
    }),
    validate: field(k.anything, {
      about: 'Validation of the whole result against what was asked for.',
      example: { agent: 'claude' },
      ...laterMap,
    }),
    closure: field(k.anything, {
      about: 'Who may close an issue, and on what evidence.',
      example: { 'human-owned': 'never' },
      ...laterMap,
    }),
    'write-back': field(k.anything, {
      about: "What is written into the plan's source and the tracker.",
      example: { status: true },
      ...laterMap,
    }),
    profile: field(k.choice(SYSTEMS), {
      about:
        'A way of working that another system prescribes: caps, batches, overlaps, branches, attempts, questions, approval, clocks. Whatever the plan says itself wins. docs/profiles.md has them.',
      unit: 'one word',
      default: null,
      example: 'ccc',
    }),
    tasks: field(z.record(k.id, taskFields.nullable(), { error: 'a map of tasks by their names' }), {
      about: 'The tasks, by their names. Their order breaks ties.',
      unit: 'map',
      default: null,
      example: { api: { scope: { may: ['src/api/**'] } } },
    }),
  },
  { error: 'a map of the fields of a plan' },
);

/** A plan as written, after every value was found to be of its kind. */
export type PlanInput = z.output<typeof planFields>;
export type TaskInput = z.output<typeof taskFields>;
export type AgentsInput = z.output<typeof agentFields>;
export type TimeoutInput = z.output<typeof timeout>;
export type AttemptsInput = z.output<typeof attempts>;
export type QuestionsInput = z.output<typeof questions>;
