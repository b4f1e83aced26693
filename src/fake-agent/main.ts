import { readFileSync, writeSync } from 'node:fs';
import { plainStage } from './plain-stage.ts';
import { type Env, play } from './play.ts';
import { type Script, scriptIn, stepsOf } from './script.ts';
import type { Stage } from './stage.ts';

const usage = `Usage: branchline-fake-agent [--acp] (SCRIPT.json | --play NAME[,NAME…] | --list)

Plays a script as an agent would: on plain output, or with --acp as an agent of the Agent Client Protocol.
With several names, each attempt (BRANCHLINE_ATTEMPT) plays the next one, and the last one ever after.
`;
const usageCode = 64;

const main = async (argv: readonly string[]): Promise<void> => {
  const isAcp = argv.includes('--acp');
  const [first, second] = argv.filter((argument) => argument !== '--acp');
  const env = environment();
  const catalogue = first === '--list' || first === '--play' ? (await import('./catalogue.ts')).catalogue : {};
  if (first === '--list') return print(`${Object.keys(catalogue).join('\n')}\n`);
  const name = chosenName(second, env);
  const script = first === '--play' ? catalogue[name] : scriptFrom(first, env);
  if (script === undefined) return fail(first === '--play' ? `There is no entry "${name}".\n\n${usage}` : usage);
  const attempt = first === '--play' && second?.includes(',') ? 1 : Number(env['BRANCHLINE_ATTEMPT'] ?? 1);
  const steps = stepsOf(script, attempt);
  const act = (stage: Stage) => play(steps, stage, env);
  // An agent that is silent from the start does not even take part in the protocol.
  if (!isAcp || steps[0]?.do === 'hang') return await playPlain(act);
  const { serveAcp } = await import('./acp-agent.ts');
  await serveAcp(act);
};

const playPlain = async (act: (stage: Stage) => ReturnType<typeof play>): Promise<void> => {
  const ending = await act(plainStage());
  if (ending.is === 'error') writeSync(1, `${ending.message}\n`);
  process.exit(ending.is === 'over' ? 0 : ending.is === 'exit' ? ending.code : 1);
};

/** A name for each attempt; the last one serves all later ones. */
const chosenName = (names: string | undefined, env: Env): string => {
  const list = names?.split(',') ?? [];
  return list[Math.min(Number(env['BRANCHLINE_ATTEMPT'] ?? 1), list.length) - 1] ?? '';
};

const scriptFrom = (path: string | undefined, env: Env): Script | undefined => {
  if (path === undefined || path.startsWith('-')) return undefined;
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return scriptIn(json, env['BRANCHLINE_TASK'] ?? '');
};

const fiveHours_ms = 5 * 3_600_000;

const environment = (): Env => {
  const env = process.env;
  const reset = new Date(Date.now() + Number(env['BRANCHLINE_FAKE_RESET_MS'] ?? fiveHours_ms));
  return {
    FILE: env['BRANCHLINE_FAKE_FILE'] ?? `${env['BRANCHLINE_TASK'] ?? 'fake'}.txt`,
    RESET: reset.toISOString(),
    RESET_EPOCH: String(Math.ceil(reset.getTime() / 1000)),
    BRANCHLINE_TASK: 'fake',
    BRANCHLINE_ATTEMPT: '1',
    ...env,
  };
};

const print = (text: string): void => void writeSync(1, text);

const fail = (text: string): void => {
  writeSync(2, text);
  process.exitCode = usageCode;
};

await main(process.argv.slice(2));
