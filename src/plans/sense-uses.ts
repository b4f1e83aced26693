import { baseUse, KNOWN_AGENTS, knownAgent } from '../core/known-agents.ts';
import type { DriverName } from '../core/plan.ts';
import type { Path } from './document.ts';
import type { AgentsInput } from './fields.ts';
import { closest, quoted } from './names.ts';
import { bypassed, type Problem, problem } from './problems.ts';

type Use = NonNullable<AgentsInput['use']>[string];

/** What is wrong with the description of each agent, whoever else there is. Also of those in a configuration file. */
export function senseOfUses(agents: Pick<AgentsInput, 'use'> | undefined): readonly Problem[] {
  return Object.entries(agents?.use ?? {}).flatMap(([name, use]) => {
    const path: Path = ['agents', 'use', name];
    const { driver, command } = baseUse(name, use);
    return [
      ...(use.command === undefined && command === null ? [noCommand(path, name, driver)] : []),
      ...(use['account-max'] !== undefined && use.account === undefined ? [capWithoutAccount(path)] : []),
      ...(use.profile !== undefined && driver !== 'acp' ? [profileWithoutAcp(path, driver)] : []),
      ...(use.fallback === name ? [ownFallback([...path, 'fallback'], name)] : []),
      ...foreignArguments(path, use, driver),
      ...(use.permissions === 'bypass' ? [bypassed([...path, 'permissions'], `The agent ${quoted(name)}`)] : []),
    ];
  });
}

function noCommand(path: Path, name: string, driver: DriverName): Problem {
  const what = `Nothing says how the agent ${quoted(name)} is started`;
  if (driver === 'acp') {
    const next = 'Write for example: command: [my-agent, acp], or: profile: gemini';
    return problem(path, 'no-command', { what, why: 'It has neither a "command" nor a "profile"', next });
  }
  const near = knownAgent(name) === null ? closest(name, KNOWN_AGENTS) : null;
  return problem(path, 'no-command', {
    what,
    why: 'Its "command" is missing',
    next: near ? `Did you mean "${near}", which is known?` : 'Write for example: command: [my-agent, --print]',
  });
}

const ownFallback = (path: Path, name: string): Problem =>
  problem(path, 'own-fallback', {
    what: `The agent ${quoted(name)} stands in for itself`,
    why: 'If it is not there, it is not there to stand in either',
    next: 'Name another agent, or remove "fallback"',
  });

const capWithoutAccount = (path: Path): Problem =>
  problem([...path, 'account-max'], 'cap-without-account', {
    what: '"account-max" has nothing to count',
    why: 'It caps the attempts of an account, and none is named',
    next: 'Add for example: account: team',
  });

const profileWithoutAcp = (path: Path, driver: DriverName): Problem =>
  problem([...path, 'profile'], 'profile-without-acp', {
    what: `A profile means nothing to the driver "${driver}"`,
    why: 'It says which of the agents that speak the Agent Client Protocol it is',
    next: 'Remove it, or write: driver: acp',
  });

/** Words with which such a program is told to work once and end: its own driver speaks to it in another way. */
const FOREIGN: Readonly<Partial<Record<DriverName, readonly string[]>>> = {
  claude: ['-p', '--print'],
  codex: ['exec', 'e', 'app-server'],
};

function foreignArguments(path: Path, { command }: Use, driver: DriverName): readonly Problem[] {
  const words = typeof command === 'string' ? command.split(/\s+/) : (command ?? []);
  const found = words.slice(1).find((word) => FOREIGN[driver]?.includes(word));
  if (found === undefined) return [];
  return [
    problem([...path, 'command'], 'foreign-argument', {
      what: `"${found}" does not go together with the driver "${driver}"`,
      why: 'It keeps up a conversation with the program and adds what it needs for that itself',
      next: `Leave "${found}" out, or have it started as any other program: driver: command`,
    }),
  ];
}
