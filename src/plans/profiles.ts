import type { SystemName } from '../core/state-words.ts';
import type { PlanInput } from './fields.ts';

type Values = Omit<PlanInput, 'tasks' | 'plan' | 'profile'>;

/** A way of working that another system prescribes, in the words of a plan. */
export type Profile = { readonly about: string; readonly values: Values };

/**
 * What each of the systems says of caps, batches, overlaps, branches, attempts, questions, continuation, approval and clocks. What one
 * of them does not say is Branchline's own default. Nothing here lets an agent out of its scope, whatever the system does.
 */
export const PROFILES: Readonly<Record<SystemName, Profile>> = {
  tracks: {
    about: 'A person has split the work already: no cap, an overlap stops everything, and nothing is tried twice',
    values: {
      agents: { max: 'unlimited', 'max-readonly': 'unlimited' },
      overlap: 'stop',
      undeclared: 'refuse',
      attempts: { max: 1 },
      questions: { policy: 'park' },
      continue: 'auto',
      approval: 'none',
      branch: 'track/{task}',
    },
  },
  ccc: {
    about: 'At most three sessions (five that only read), in batches that a person lets go on one by one',
    values: {
      agents: { max: 3, 'max-readonly': 5 },
      batches: { strict: true, size: 3 },
      overlap: 'branch',
      attempts: { max: 5 },
      questions: { policy: 'park' },
      continue: 'per-batch-human',
      approval: 'plan',
      branch: '{agent}/{issue}-{slug}',
    },
  },
  dispatch: {
    about: 'Starts at once without asking, as many as there are; a question waits three minutes for its answer',
    values: {
      agents: { max: 'unlimited', 'max-readonly': 'unlimited' },
      overlap: 'serialise',
      attempts: { max: 1 },
      questions: { policy: 'live', wait: '3m' },
      timeout: { wall: '30m' },
      continue: 'auto',
      approval: 'none',
    },
  },
  pool: {
    about: 'Side by side from three tasks on, five agents, one group of tasks for each invocation',
    values: {
      agents: { max: 5, 'max-readonly': 5 },
      parallel: { enabled: true, 'min-tasks': 3 },
      overlap: 'branch',
      attempts: { max: 3 },
      questions: { policy: 'live' },
      timeout: { wall: '1h' },
      continue: 'per-group',
      approval: 'plan',
      branch: 'auto/{task}',
    },
  },
  cw: {
    about: 'Three workers that never ask; two tasks that write the same file go one after the other',
    values: {
      agents: { max: 3, 'max-readonly': 3 },
      overlap: 'serialise',
      attempts: { max: 3 },
      questions: { policy: 'forbid' },
      timeout: { wall: '30m' },
      continue: 'auto',
      approval: 'plan',
    },
  },
};

/** The values of a profile below those of a plan; of maps, name by name. A short form is what it is short for. */
export function withProfile(input: PlanInput, name: SystemName | null): PlanInput {
  if (name === null) return input;
  const { values } = PROFILES[name];
  return {
    ...values,
    ...input,
    profile: name,
    ...below('agents', values.agents, input.agents),
    ...below('batches', values.batches, input.batches),
    ...below('parallel', mapOf(values.parallel, 'enabled'), mapOf(input.parallel, 'enabled')),
    ...below('attempts', mapOf(values.attempts, 'max'), mapOf(input.attempts, 'max')),
    ...below('timeout', mapOf(values.timeout, 'wall'), mapOf(input.timeout, 'wall')),
    ...below('questions', mapOf(values.questions, 'policy'), mapOf(input.questions, 'policy')),
  };
}

function below(field: string, under: object | undefined, over: object | undefined): object {
  return under === undefined && over === undefined ? {} : { [field]: { ...under, ...over } };
}

const mapOf = (value: unknown, short: string): object | undefined => {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? value : { [short]: value };
};
