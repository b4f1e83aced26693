import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { ACP_PROFILES, baseUse, builtInUse, KNOWN_AGENTS, knownAgent } from '../core/known-agents.ts';
import type { Capabilities, Probe } from '../core/ports/agent.ts';
import type { Clock } from '../core/time.ts';
import { createProcesses } from '../process/processes.ts';
import { PROFILES } from './acp/profiles.ts';
import { createDrivers } from './drivers.ts';

const clock: Clock = { now: () => 0, monotonic_ms: () => performance.now(), until: () => Promise.resolve() };
const processes = createProcesses({ clock });
const drivers = createDrivers({ processes, clock });
const DOCS = join(import.meta.dirname, '../../docs/agents');

/** What a driver says of itself where nothing is installed. */
const declared = (driver: keyof typeof drivers, profile: string | null): Promise<Probe> =>
  drivers[driver].probe({ argv: [join(DOCS, 'nothing')], profile, cwd: DOCS, env: {} });

const ROWS = [
  ...KNOWN_AGENTS.map((name) => {
    const use = builtInUse(name);
    return {
      page: name,
      name: knownAgent(name)?.title ?? name,
      driver: use?.driver ?? 'command',
      profile: use?.profile,
    };
  }),
  { page: 'claude', name: 'Claude Code over ACP', driver: 'acp' as const, profile: 'claude' },
  { page: 'codex', name: 'Codex over ACP', driver: 'acp' as const, profile: 'codex' },
  { page: 'acp', name: 'any other that speaks ACP', driver: 'acp' as const, profile: null },
  { page: 'command', name: 'any other program', driver: 'command' as const, profile: null },
];

test('docs/agents/README.md has what the drivers say of themselves', async () => {
  const rows = await Promise.all(
    ROWS.map(async ({ page, name, driver, profile = null }) => {
      const { capabilities, tested } = await declared(driver, profile);
      const from = baseUse(page, { driver, profile: profile ?? undefined }).command?.join(' ');
      return `| [${name}](${page}.md) | \`${driver}\`${profile === null ? '' : `, \`${profile}\``} | ${from === undefined ? 'as you say' : `\`${from}\``} | ${rangeOf(tested)} | ${cells(capabilities).join(' | ')} |`;
    }),
  );
  await expect(`${HEAD}${rows.join('\n')}\n${FOOT}`).toMatchFileSnapshot('../../docs/agents/README.md');
});

const rangeOf = (tested: Probe['tested']): string =>
  tested === null ? '–' : tested.from === tested.to ? tested.from : `${tested.from} to ${tested.to}`;

const cells = ({ steer, ask, deny, plan, cost, resume, hooks, tools }: Capabilities): readonly string[] => [
  yes(steer),
  ask,
  deny,
  yes(plan),
  cost,
  resume,
  yes(hooks),
  yes(tools),
];
const yes = (has: boolean): string => (has ? 'yes' : '–');

test('every agent has a page', () => {
  expect(ROWS.filter(({ page }) => !existsSync(join(DOCS, `${page}.md`)))).toEqual([]);
});

test('the profiles that settings can name are those that the driver has', () => {
  expect(Object.keys(PROFILES).toSorted()).toEqual([...ACP_PROFILES].toSorted());
  for (const profile of ACP_PROFILES) {
    const { command = [], protocol = null } = PROFILES[profile] ?? {};
    expect(baseUse('mine', { profile }).command).toEqual(protocol === null ? command : [...command, protocol]);
  }
});

const HEAD = `# Agents

Made from what the drivers say of themselves by \`npx vitest run src/agents/docs.test.ts -u\`; a test fails when the two differ.
\`branchline agents\` says which of them this machine has, in which version, and how each would be started.

The first six need no settings: name one under \`agents.default\` or as \`agent\` of a task, or name none, and the first that is
installed works. What you want to have different stands under \`agents.use.<name>\`, field by field; all of them are in
[the reference of plans](../plan.md#agents).

| agent | driver | is started with | tested versions | steer | ask | deny | plan | cost | resume | hooks | tools |
|---|---|---|---|---|---|---|---|---|---|---|---|
`;

const FOOT = `
| word | says |
|---|---|
| steer | a note of yours reaches it while it works; else with its next turn |
| ask | \`native\`: by a question of its own; \`tools\`: with the tools that Branchline gives it; \`end\`: by ending with one. Every agent can also ask [by files](../asking.md) |
| deny | what a refused permission does to its turn: it \`goes-on\`, or \`ends-turn\`; \`never\`: it asks for none, and its work is audited before it lands |
| plan | its list of steps is shown while it works |
| cost | it tells \`money\`, only \`tokens\` (priced by [a table](../costs.md)), or nothing |
| resume | \`exact\`: where it was, even in the middle of a tool; \`turn\`: after a finished turn; \`none\`: in a fresh conversation in the same worktree |
| hooks | a tool call can be refused with the reason before it happens |
| tools | it gets Branchline's own tools (\`ask_human\`, \`request_scope\`, \`report_progress\`, \`report_done\`) |

## Who works, and with which model

Of these the first that says something decides: the task (\`agent\`, \`model\`), the alias that it names, the table of modes (\`mode\`), the
settings of the agent.

\`\`\`yaml
agents:
  default: claude
  aliases:
    reviewer: { agent: claude, model: opus, prompt: Be a security reviewer. }   # the prompt stands in front of the brief
  families: { deepseek: opencode }          # models whose names begin so; claude…, gpt…, gemini… and qwen… are known
  modes:
    careful: { launch: ask, tier: large }   # over those that are known: quick, tdd, swarm, spike, pair, checkpoint, …
  use:
    claude: { fallback: codex }             # who takes over if it is not installed or does not know the model
    codex: { tiers: { small: gpt-5-mini } } # models by size, for modes that ask for one
tasks:
  api: { brief: docs/briefs/api.md, agent: reviewer }
  docs: { brief: docs/briefs/docs.md, mode: quick }       # unattended, with a small model
  model: { brief: docs/briefs/model.md, model: gpt-5 }    # so Codex works on it
  risky: { brief: docs/briefs/risky.md, mode: pair }      # shows its plan first, and waits
\`\`\`

- Without a \`fallback\` a task whose agent is not there, or does not know its model, waits for a person. Whoever stands in has its own model.
- Agents are held to their scope while they work, as far as they can be (\`deny\`, \`hooks\`). \`permissions: ask\` asks you about the rest;
  \`permissions: bypass\` refuses nothing, and \`branchline check\` warns of it. What lands is held to the scope in any case.
- The text of briefs can be the repository's own: \`.branchline/brief.md\`, or what the setting \`brief-template\` names, with places such as \`{what}\`
  and \`{scope}\` for what Branchline has to say. It is read from the commit that the run starts from, and is approved together with the plan.
`;
