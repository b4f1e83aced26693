import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io, StartOptions } from '../cli/world-port.ts';
import type { Plan } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';
import { startsText } from '../report/starts-text.ts';

type Request = {
  readonly plan: Plan;
  readonly hash: string;
  readonly folder: string;
  readonly io: Io;
  readonly options: Pick<StartOptions, 'yes' | 'approve'>;
};

/**
 * A plan names programs to start, so nothing of it runs before a person has approved these very bytes. An approval given
 * on this machine is remembered by hash; `approval: plan` asks again at every run.
 */
export async function approve(request: Request): Promise<Result<void, Refusal>> {
  const { plan, hash, folder, io, options } = request;
  if (options.yes || options.approve === hash) return remember(folder, hash);
  if (options.approve !== null) return err(otherHash(options.approve, hash));
  // Whoever sits at the terminal sees what is about to be started, also where nothing has to be asked any more.
  if (io.interactive) io.err(startsText(plan));
  if (plan.approval === 'none' && (await approved(folder)).includes(hash)) return ok(undefined);
  if (!io.interactive) return err(needsApproval(hash));
  io.err(
    `This plan starts these programs:\n${programsOf(plan)
      .map((line) => `  ${line}\n`)
      .join('')}`,
  );
  if (plan.briefTemplate !== null) io.err('Its agents are briefed in words of the repository.\n');
  const answer = await io.ask('Run it? [y/N] ');
  return answer !== null && /^y(es)?$/i.test(answer.trim()) ? remember(folder, hash) : err(declined());
}

/** Every program that the plan can start, each once, as it is written there. */
function programsOf(plan: Plan): readonly string[] {
  const print = (command: string | readonly string[]): string =>
    typeof command === 'string' ? command : command.join(' ');
  const commands = [
    ...plan.setup,
    ...Object.values(plan.agents.use).map(({ command }) => command),
    ...plan.tasks.flatMap(({ setup, checks }) => [...setup, ...checks]),
    ...plan.checks,
    ...plan.finalChecks,
    ...plan.teardown,
    ...(plan.notify.command === null ? [] : [plan.notify.command]),
  ];
  return [...new Set(commands.map(print))];
}

const fileOf = (folder: string): string => join(folder, 'approved-plans');

async function approved(folder: string): Promise<readonly string[]> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

async function remember(folder: string, hash: string): Promise<Result<void, Refusal>> {
  const known = await approved(folder);
  // Appended, so that two runs that start at once both stay remembered.
  if (!known.includes(hash)) await appendFile(fileOf(folder), `${hash}\n`);
  return ok(undefined);
}

const needsApproval = (hash: string): Refusal => ({
  what: 'This plan has not been approved',
  why: 'It names programs to start, and there is nobody to ask here',
  next: `Read it, then add --yes, or --approve ${hash}`,
  exit: 3,
});
const otherHash = (given: string, hash: string): Refusal => ({
  what: 'The plan is not the one that was approved',
  why: `Approved was ${given}, the file is ${hash}`,
  next: `Read it again, then use --approve ${hash}`,
  exit: 3,
});
const declined = (): Refusal => ({
  what: 'Nothing was started',
  why: 'The plan was not approved',
  next: 'Change the plan, or run it again and answer y',
  exit: 3,
});
