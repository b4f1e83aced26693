import type { Capabilities } from '../core/ports/agent.ts';
import type { Span } from './paint.ts';
import { paint, span } from './paint.ts';
import type { TextOptions } from './status-text.ts';
import { visible } from './visible.ts';
import { pad, widthOf } from './width.ts';

/** One agent that is known or configured, and what was found of it here. */
export type AgentView = {
  readonly name: string;
  readonly title: string | null;
  readonly from: string;
  readonly driver: string;
  readonly profile: string | null;
  readonly command: readonly string[];
  readonly model: string | null;
  readonly tiers: Readonly<Record<string, string>>;
  readonly account: string | null;
  readonly permissions: string;
  readonly fallback: string | null;
  readonly installed: boolean;
  readonly asked: boolean;
  readonly version: string | null;
  readonly tested: { readonly from: string; readonly to: string } | null;
  readonly inRange: boolean | null;
  readonly capabilities: Capabilities;
  readonly install: string | null;
};

/** Who is there, in which version, how each is started and what it can do; those that are not there with how to have them. */
export function agentsText(agents: readonly AgentView[], options: TextOptions): string {
  const columns = Math.max(0, ...agents.map(({ name }) => widthOf(visible(name))));
  const [there, absent] = [agents.filter(({ installed }) => installed), agents.filter(({ installed }) => !installed)];
  const lines = [...there, ...absent].flatMap((agent): readonly Span[][] => {
    const indent = span(`${' '.repeat(columns)}  `);
    const room = options.columns - columns - 2;
    const [first, ...rest] = agent.installed ? presentLines(agent, room) : absentLines(agent);
    return [
      [span(pad(visible(agent.name), columns), 'bold'), span('  '), ...(first ?? [])],
      ...rest.map((line) => [indent, ...line]),
    ];
  });
  return lines.map((line) => `${paint(line, options)}\n`).join('');
}

function presentLines(agent: AgentView, room: number): readonly Span[][] {
  const { driver, profile, command, from } = agent;
  return [
    [span(versionOf(agent), agent.inRange === false ? 'yellow' : 'green'), span(originOf(from), 'dim')],
    [
      span(`starts: ${command.join(' ')}`),
      span(`  (driver ${driver}${profile === null ? '' : `, ${profile}`})`, 'dim'),
    ],
    [span(settingsOf(agent))],
    ...wrapped(abilities(agent.capabilities), room).map((line) => [span(line, 'dim')]),
  ];
}

/** As many on a line as there is room for. */
function wrapped(parts: readonly string[], room: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)} · ${part}`;
    if (lines.length > 0 && widthOf(longer) <= room) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

const originOf = (from: string): string => (from === 'known' ? '' : `  from ${from}`);

function versionOf({ version, asked, tested, inRange }: AgentView): string {
  if (!asked) return 'installed, version not asked';
  if (version === null) return 'installed, does not say its version';
  if (tested === null) return `installed, ${version}`;
  const range = tested.from === tested.to ? tested.from : `${tested.from} to ${tested.to}`;
  return inRange === true ? `installed, ${version} (tested)` : `installed, ${version}, but tested with ${range}`;
}

function settingsOf({ model, tiers, account, permissions, fallback }: AgentView): string {
  const sizes = Object.entries(tiers).map(([size, name]) => `${size} ${name}`);
  return [
    `model: ${model ?? 'its own'}${sizes.length === 0 ? '' : ` (${sizes.join(', ')})`}`,
    `account: ${account ?? 'its own'}`,
    `permissions: ${permissions}`,
    ...(fallback === null ? [] : [`fallback: ${fallback}`]),
  ].join('  ');
}

function absentLines({ command, install, from, title }: AgentView): readonly Span[][] {
  const what = `not installed${title === null ? '' : ` (${title})`}: no program ${command[0] ?? ''}`;
  return [
    [span(what, 'dim'), span(originOf(from), 'dim')],
    ...(install === null ? [] : [[span(`get it: ${install}`)]]),
  ];
}

/** What an agent can do, in words; what it cannot is left out. */
function abilities(capabilities: Capabilities): readonly string[] {
  const { steer, ask, deny, plan, cost, resume, hooks, tools } = capabilities;
  return [
    ASKS[ask],
    ...(steer ? ['hears you while it works'] : []),
    ...(tools ? ["has Branchline's tools"] : []),
    DENIES[deny],
    ...(hooks ? ['is told why'] : []),
    ...(plan ? ['shows its plan'] : []),
    COSTS[cost],
    RESUMES[resume],
  ];
}

const ASKS = {
  native: 'asks in its own way',
  tools: "asks with Branchline's tools",
  end: 'asks by ending',
} as const satisfies Record<Capabilities['ask'], string>;
const DENIES = {
  'goes-on': 'goes on when refused',
  'ends-turn': 'stops when refused',
  never: 'is refused nothing while it works',
} as const satisfies Record<Capabilities['deny'], string>;
const COSTS = { money: 'tells money', tokens: 'tells tokens', none: 'tells no costs' } as const satisfies Record<
  Capabilities['cost'],
  string
>;
const RESUMES = {
  exact: 'is resumed where it was',
  turn: 'is resumed after a finished turn',
  none: 'begins anew',
} as const satisfies Record<Capabilities['resume'], string>;
