import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDrivers } from '../agents/drivers.ts';
import type { AgentFound } from '../cli/world-port.ts';
import { builtInUse, KNOWN_AGENTS, knownAgent } from '../core/known-agents.ts';
import type { AgentUse } from '../core/plan.ts';
import type { AgentDriver, Probe } from '../core/ports/agent.ts';
import { isWithin } from '../core/version.ts';
import { systemClock } from '../system/clock.ts';
import { isNamed, passedOn } from './engine-parts.ts';
import { findProgram } from './installed.ts';
import { planAt } from './plan-file.ts';
import type { Surroundings } from './world.ts';

/** Some of these programs are large and start slowly; whoever asks wants to know within this. */
const PROBE_MS = 15_000;

type Candidate = {
  readonly name: string;
  readonly use: AgentUse;
  readonly from: string;
  /** The person's own, or one that is known: its program may be started. */
  readonly isOurs: boolean;
};

/** Known agents first, then those of the person's settings, of the repository's, and of the plan at hand; all are asked at once. */
export async function agentsFound(around: Surroundings): Promise<readonly AgentFound[]> {
  const folder = await mkdtemp(join(tmpdir(), 'branchline-agents-'));
  try {
    return await Promise.all((await candidates(around)).map((each) => found(around, each, folder)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function candidates(around: Surroundings): Promise<readonly Candidate[]> {
  const { settings, explained, foreignAgents, diagnostics } = await around.settings();
  const configured = diagnostics.length > 0 ? {} : settings.use;
  const plan = await planAt(around, null);
  const planned = plan.ok ? { file: plan.value.file, use: plan.value.plan?.agents.use ?? {} } : { file: '', use: {} };
  const names = new Set([...KNOWN_AGENTS, ...Object.keys(configured), ...Object.keys(planned.use)]);
  return [...names].flatMap((name): readonly Candidate[] => {
    const builtIn = builtInUse(name);
    const own = configured[name];
    const use = own ?? planned.use[name] ?? builtIn;
    if (use === undefined || use === null) return [];
    const file = explained.find(({ key }) => key === `agents.use.${name}`)?.from;
    const from = own !== undefined ? (file ?? 'settings') : same(use, builtIn) ? 'known' : planned.file;
    const isForeign = own === undefined ? from !== 'known' : foreignAgents.includes(name);
    return [{ name, use, from, isOurs: !isForeign || same(use.command, builtIn?.command) }];
  });
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

async function found(
  around: Surroundings,
  { name, use, from, isOurs }: Candidate,
  folder: string,
): Promise<AgentFound> {
  const driver = createDrivers({ processes: around.processes(), clock: systemClock })[use.driver];
  // Any other program may do anything when it is told to say its version.
  const asks = isOurs && use.driver !== 'command';
  const probe = await probed(around, { driver, use, asks, folder });
  const { version, tested, capabilities, installed } = probe;
  const known = knownAgent(name);
  return {
    name,
    title: known?.title ?? null,
    from,
    driver: use.driver,
    profile: use.profile,
    command: use.command,
    model: use.model,
    tiers: use.tiers,
    account: use.account,
    permissions: use.permissions,
    fallback: use.fallback,
    installed,
    asked: asks && installed,
    version,
    tested,
    inRange: version === null || tested === null ? null : isWithin(version, tested),
    capabilities,
    install: known !== null && known.program === use.command[0] ? known.install : null,
  };
}

type Asking = {
  readonly driver: AgentDriver;
  readonly use: AgentUse;
  readonly asks: boolean;
  readonly folder: string;
};

/** What is there, by starting it where that is ours to do; an agent that takes too long is there and does not say. */
async function probed(around: Surroundings, { driver, use, asks, folder }: Asking): Promise<Probe> {
  const { environment, cwd } = around;
  const program = await findProgram(use.command[0] ?? '', { variables: environment.variables, cwd });
  // Nothing is started by this: it is what the driver says of itself.
  const declared = await driver.probe({ argv: [join(folder, 'nothing')], profile: use.profile, cwd: folder, env: {} });
  const silent = { ...declared, installed: program !== null };
  if (program === null || !asks) return silent;
  const env = environmentFor(around, { driver, use, folder });
  const late = new AbortController();
  // One that cannot be asked is there all the same: whoever starts it is told why it does not work.
  const asked = driver.probe({ argv: [program], profile: use.profile, cwd: folder, env }).catch(() => silent);
  const tooLate = systemClock.until(systemClock.now() + PROBE_MS, late.signal).then(() => silent);
  const first = await Promise.race([asked, tooLate]);
  late.abort();
  return first;
}

/** What it would see in an attempt, and no repository around it. */
function environmentFor(
  { environment }: Surroundings,
  { driver, use, folder }: Pick<Asking, 'driver' | 'use' | 'folder'>,
): Readonly<Record<string, string>> {
  const { variables } = environment;
  const { home, passed, set } = driver.surroundings(use.profile);
  const below = Object.entries(set).map(([name, path]) => [name, join(environment.home, path)] as const);
  const theirs = Object.entries(variables).filter(([name]) => passed.some((wanted) => isNamed(name, wanted)));
  return {
    ...passedOn(variables),
    HOME: home === 'person' ? environment.home : folder,
    TMPDIR: folder,
    ...Object.fromEntries([...below, ...theirs]),
    ...use.env,
  };
}
