import { expect, test } from 'vitest';
import type { Plan } from '../core/plan.ts';
import { SYSTEMS, type SystemName } from '../core/state-words.ts';
import { planFields } from './fields.ts';
import { laterIn } from './later.ts';
import { flow, problemsOf } from './problems.ts';
import { PROFILES } from './profiles.ts';
import { readPlan } from './read.ts';
import { readSettings } from './settings.ts';

const around = { installed: ['claude'] };
const TASKS = 'tasks: { a: { scope: { may: [a/**] } } }';
const read = (text: string, more: Parameters<typeof readPlan>[2] = {}): Plan => {
  const { plan, diagnostics } = readPlan(`${text}\n${TASKS}\n`, 'plan.yaml', { ...around, ...more });
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return plan;
};

test.each(SYSTEMS)('the profile %s holds only what a plan could say itself, and all of it works', (name) => {
  const { values } = PROFILES[name];
  expect(problemsOf(planFields, { ...values, tasks: { a: {} } })).toEqual([]);
  expect(laterIn(planFields, values)).toEqual([]);
});

test('how many work at once is what each system says of it (7.1)', () => {
  const caps = (name: SystemName) => {
    const { agents, parallel, batches } = read(`profile: ${name}`);
    return [agents.max, agents.maxReadonly, parallel.minTasks, batches];
  };
  expect(caps('tracks')).toEqual([null, null, 2, { strict: false, size: null }]);
  expect(caps('ccc')).toEqual([3, 5, 2, { strict: true, size: 3 }]);
  expect(caps('dispatch')).toEqual([null, null, 2, { strict: false, size: null }]);
  expect(caps('pool')).toEqual([5, 5, 3, { strict: false, size: null }]);
  expect(caps('cw')).toEqual([3, 3, 2, { strict: false, size: null }]);
});

test('overlaps, branches, attempts, questions and approval are what each system says of them (7.3, 7.5, 7.9, 7.10, 7.11)', () => {
  const words = (name: SystemName) => {
    const { overlap, branch, attempts, questions, approval, continue: goesOn, timeout } = read(`profile: ${name}`);
    return [overlap, branch, attempts.max, questions.policy, approval, goesOn, (timeout.wall_ms ?? 0) / 60_000];
  };
  expect(words('tracks')).toEqual(['stop', 'track/{task}', 1, 'park', 'none', 'auto', 120]);
  expect(words('ccc')).toEqual(['branch', '{agent}/{issue}-{slug}', 5, 'park', 'plan', 'per-batch-human', 120]);
  expect(words('dispatch')).toEqual(['serialise', 'branchline/{run}/{task}', 1, 'live', 'none', 'auto', 30]);
  expect(words('pool')).toEqual(['branch', 'auto/{task}', 3, 'live', 'plan', 'per-group', 60]);
  expect(words('cw')).toEqual(['serialise', 'branchline/{run}/{task}', 3, 'forbid', 'plan', 'auto', 30]);
  expect(read('profile: dispatch').questions.wait_ms).toBe(180_000);
});

test('what a plan says itself wins over its profile, map by map', () => {
  const plan = read(
    'profile: ccc\nagents: { max: 8 }\nattempts: 2\nbatches: { size: 2 }\nquestions: forbid\ntimeout: 1h',
  );
  expect(plan.profile).toBe('ccc');
  expect([plan.agents.max, plan.agents.maxReadonly]).toEqual([8, 5]);
  expect(plan.attempts.max).toBe(2);
  expect(plan.batches).toEqual({ strict: true, size: 2 });
  expect(plan.questions.policy).toBe('forbid');
  expect(plan.timeout.wall_ms).toBe(3_600_000);
});

test('a profile may stand in the plan, in a configuration file or in a variable, the nearest of which wins', () => {
  const file = { name: 'user', file: 'config.yaml', text: 'profile: pool\n' } as const;
  const variable = { name: 'environment', values: { profile: 'cw' } } as const;
  expect(read('', readSettings([file]).around).profile).toBe('pool');
  expect(read('profile: ccc', readSettings([file]).around).profile).toBe('ccc');
  expect(read('profile: ccc', readSettings([file, variable]).around).profile).toBe('cw');
  expect(read('').profile).toBeNull();
  expect(readSettings([file, variable]).explained.find(({ key }) => key === 'profile')).toMatchObject({ value: 'cw' });
});

test('a profile that nobody knows is refused with those that there are', () => {
  const { diagnostics } = readPlan(`profile: swarm\n${TASKS}\n`, 'plan.yaml', around);
  expect(diagnostics).toMatchObject([{ line: 1, what: '"profile" is "swarm"' }]);
});

test('docs/profiles.md has what the profiles hold', async () => {
  const fields = [...new Set(SYSTEMS.flatMap((name) => Object.keys(PROFILES[name].values)))];
  const value = (name: SystemName, field: string): string => {
    const said = (PROFILES[name].values as Record<string, unknown>)[field];
    return said === undefined ? '–' : `\`${flow(said)}\``;
  };
  const rows = fields.map((field) => `| \`${field}\` | ${SYSTEMS.map((name) => value(name, field)).join(' | ')} |`);
  const about = SYSTEMS.map((name) => `- \`${name}\`: ${PROFILES[name].about}.`);
  const page = `# Profiles

Made from \`src/plans/profiles.ts\` by its test. A profile works as one of five systems for parallel work prescribes; what it does not
name is Branchline's own default.

${about.join('\n')}

\`profile: ccc\` stands in a plan, in a configuration file, or in \`BRANCHLINE_PROFILE\`; a variable wins over the plan, and the plan over a
file. Whatever the plan says itself wins over its profile, of maps name by name; a profile wins over what configuration files
say of the same. No profile lets an agent out of its scope or past its checks, whatever its system does.

| field | ${SYSTEMS.join(' | ')} |
|---|${SYSTEMS.map(() => '---').join('|')}|
${rows.join('\n')}

How long an attempt may take is a clock of Branchline's own where the system has none (\`timeout\` in [plan.md](plan.md)).
`;
  await expect(page).toMatchFileSnapshot('../../docs/profiles.md');
});
