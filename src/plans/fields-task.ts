import { z } from 'zod';
import { PERMISSIONS } from '../core/plan.ts';
import { dollars, taskBudget } from './fields-budget.ts';
import { questions } from './fields-questions.ts';
import { brief, noChange, scope, taskAttempts, timeout } from './fields-shapes.ts';
import { field, kinds as k } from './kinds.ts';

/** Every field of a task. */
export const taskFields = z.strictObject(
  {
    title: field(k.title, {
      about: 'What the task is called on screens.',
      unit: 'one line, at most 200 characters',
      default: 'the name of the task',
      example: 'Audit log table',
    }),
    brief: field(brief, {
      about:
        'What the agent is told: a file of the repository (one word with a "/" or ending in .md, .txt, .rst or .adoc), or the text itself. {file: …} and {text: …} say which.',
      unit: 'path or text',
      default: null,
      example: 'docs/handover/api.md',
    }),
    steps: field(k.texts, {
      about: 'Steps that the agent reports on as it goes.',
      unit: 'texts',
      default: [],
      example: ['Write the migration', 'Add the model'],
    }),
    done: field(k.texts, {
      about: 'What success is; numbered by position.',
      unit: 'texts',
      default: [],
      example: ['Rows are written and read back'],
    }),
    requirements: field(k.anything, {
      about: 'Requirements with names of their own, each of which needs a proof.',
      unit: 'list',
      default: null,
      example: [{ id: 'R1', text: 'Rows are kept' }],
      later: true,
    }),
    proofs: field(k.anything, {
      about: 'Artifacts that prove the requirements.',
      unit: 'list',
      default: null,
      example: [{ type: 'command', command: 'npm test' }],
      later: true,
    }),
    needs: field(k.ids, {
      about: 'Tasks that must have landed before this one starts.',
      unit: 'names of tasks',
      default: [],
      example: ['persistence'],
    }),
    reads: field(k.patterns, {
      about: 'What the task reads: it starts after the tasks that write it.',
      unit: 'patterns',
      default: [],
      example: ['db/models/**'],
    }),
    scope: field(scope, {
      about: 'What the task may write. Without it the task is undeclared (see "undeclared").',
      unit: 'patterns',
      default: null,
      example: { may: ['src/api/**'], 'may-not': ['ui/**'] },
    }),
    repo: field(k.id, {
      about: "Which of the plan's repositories the task works in.",
      unit: 'name',
      default: null,
      example: 'backend',
      later: true,
    }),
    kind: field(k.choice(['code', 'research', 'docs', 'chore']), {
      about: 'What sort of work it is. "research" only reads: it may write nothing but its artifacts.',
      unit: 'one word',
      default: 'code',
      example: 'research',
    }),
    'work-type': field(k.label, {
      about: 'What sort of work it is in the words of your tracker.',
      unit: 'one line',
      default: null,
      example: 'bugfix',
      later: true,
    }),
    artifacts: field(k.patterns, {
      about: 'Files that must be there at the end.',
      unit: 'paths',
      default: [],
      example: ['docs/research/retention.md'],
    }),
    resources: field(k.labels, {
      about: 'Things that only one task at a time may hold.',
      unit: 'names',
      default: [],
      example: ['staging-database'],
    }),
    priority: field(k.whole(-1000, 1000), {
      about: 'Higher goes first among tasks that are equally urgent.',
      unit: 'number',
      default: 0,
      example: 10,
    }),
    estimate: field(k.minutes, {
      about: 'How long it will take, for the order of tasks and for "simulate".',
      unit: 'minutes, or a duration',
      default: null,
      example: 20,
    }),
    points: field(z.number({ error: 'a number' }), {
      about: 'Size in the points of your tracker.',
      unit: 'points',
      default: null,
      example: 3,
      later: true,
    }),
    cost: field(dollars, {
      about: 'What all attempts at it may cost: short for "budget: { dollars: … }".',
      unit: 'US dollars',
      default: null,
      example: 5,
    }),
    agent: field(k.id, {
      about: 'Agent that works on it, by its name under agents.use, or an alias of one.',
      unit: 'name',
      default: 'the agent that works with its model, else agents.default',
      example: 'codex',
    }),
    model: field(k.model, {
      about: 'Model that the agent uses. Without "agent" it also chooses the agent: see agents.families.',
      unit: 'name',
      default: 'that of its alias, of its mode, or of its agent',
      example: 'gpt-5',
    }),
    mode: field(k.id, {
      about: 'How the agent works, when it stops for a person, and with a model of which size: a name of agents.modes.',
      unit: 'name',
      default: 'unattended, with its own model',
      example: 'pair',
    }),
    account: field(k.label, {
      about: 'Account that the agent uses, in place of its own.',
      unit: 'name',
      default: 'account of its agent',
      example: 'team',
    }),
    permissions: field(k.choice(PERMISSIONS), {
      about:
        "What becomes of something that the scope does not allow, in place of its agent's own: scope, ask or bypass.",
      unit: 'one word',
      default: 'permissions of its agent',
      example: 'ask',
    }),
    checks: field(k.commands, {
      about:
        "Commands that must succeed on the merged tree, besides the plan's. A text runs with sh -c; a list within the list is a program and its arguments.",
      unit: 'commands',
      default: [],
      example: ['npm test -- db'],
    }),
    setup: field(k.commands, {
      about: "Commands run in its worktree before the agent starts, after the plan's.",
      unit: 'commands',
      default: [],
      example: ['npm run migrate'],
    }),
    timeout: field(timeout, {
      about: 'Clocks of its attempts; one duration means the whole attempt.',
      unit: 'durations',
      default: 'timeout of its agent, then of the plan',
      example: { wall: '45m' },
    }),
    attempts: field(taskAttempts, {
      about: 'How often it is tried; a number means in all.',
      unit: 'attempts',
      default: 'attempts of the plan',
      example: 2,
    }),
    questions: field(questions, {
      about: 'What becomes of its questions. What is left out is as the plan says.',
      unit: 'one word or a map',
      default: 'questions of the plan',
      example: 'forbid',
    }),
    budget: field(taskBudget, {
      about: 'What it may use up in all. A cap that is not named here stays as the plan has it.',
      unit: 'map',
      default: 'budget of the plan',
      example: { tokens: 200_000 },
    }),
    'no-change': field(noChange, {
      about: 'May it end without a change? The reason is part of the evidence.',
      unit: 'reason, or a map',
      default: false,
      example: 'The audit may find nothing',
    }),
    issue: field(k.title, {
      about: 'Tracker issue that the task does. One issue belongs to one task.',
      unit: 'reference',
      default: null,
      example: 'github:acme/shop#41',
    }),
    issues: field(k.labels, {
      about: 'Tracker issues that the task does, if there are several.',
      unit: 'references',
      default: [],
      example: ['github:acme/shop#41'],
    }),
    labels: field(k.labels, { about: 'Words to find tasks by.', unit: 'texts', default: [], example: ['backend'] }),
    parent: field(k.id, {
      about: 'Task that this one is a part of.',
      unit: 'name of a task',
      default: null,
      example: 'audit',
      later: true,
    }),
    group: field(k.label, {
      about: 'Group that the task belongs to, for "continue: per-group".',
      unit: 'one line',
      default: null,
      example: 'foundations',
    }),
    owner: field(k.label, { about: 'Person to ask about it.', unit: 'one line', default: null, example: 'dana' }),
    env: field(k.variableMap, {
      about: 'Environment variables of its agent, set-up and checks.',
      unit: 'names and values',
      default: {},
      example: { DATABASE: 'audit_test' },
    }),
  },
  { error: 'a map of the fields of a task' },
);
