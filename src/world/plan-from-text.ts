import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { TextPlan, TextWish } from '../cli/plan-text-port.ts';
import { err, ok, type Result } from '../core/result.ts';
import { planOfDraft } from '../formats/import-plan.ts';
import { answered, answerIn, isAskable, questionLine } from '../formats/request/answered.ts';
import { type PlannedText, type PlanQuestion, planText } from '../formats/request/plan-text.ts';
import type { Refusal } from '../report/explanation.ts';
import { visible } from '../report/visible.ts';
import { importSource } from './import-source.ts';
import { planByAgent } from './planner.ts';
import { writeWhole } from './run-files.ts';
import type { Surroundings } from './world.ts';

/** A plan of a request: a list is taken apart here, anything else by an agent. Written only if nothing is wrong. */
export async function planFromText(around: Surroundings, wish: TextWish): Promise<Result<TextPlan, Refusal>> {
  const target = wish.out === null ? null : resolve(around.cwd, wish.out);
  if (target !== null && !wish.force && (await isThere(target))) return err(alreadyThere(wish.out ?? ''));
  const text = await requestText(around.cwd, wish.text);
  if (!text.ok) return text;
  const settings = await around.settings();
  const { over, under } = settings.around;
  const known = [over, under].flatMap((each) =>
    [each?.use, each?.aliases].flatMap((names) => Object.keys(names ?? {})),
  );
  const planned = planText(text.value, { known });
  const made =
    planned === null
      ? await planByAgent(around, { text: text.value, wish })
      : ok(await planOfList(around, planned, wish));
  if (made.ok && made.value.plan !== null && target !== null) await writeWhole(target, made.value.plan);
  return made;
}

async function requestText(cwd: string, given: string | null): Promise<Result<string, Refusal>> {
  if (given !== null) return given.trim() === '' ? err(empty()) : ok(given);
  const source = await importSource(cwd, '-');
  if (!source.ok) return source;
  const text = source.value.files[0]?.text ?? '';
  if (text.trim() === '') return err(empty());
  return text.includes('\0') ? err(noText()) : ok(text);
}

async function planOfList(around: Surroundings, planned: PlannedText, wish: TextWish): Promise<TextPlan> {
  const answers = new Map<PlanQuestion, readonly string[]>();
  const mayAsk = around.io.interactive && !around.flags.json && !wish.yes;
  for (const question of mayAsk ? planned.questions.filter(isAskable) : []) {
    const answer = await answerFrom(around, question);
    if (answer !== null) answers.set(question, answer);
  }
  const source = { path: 'the request', isFolder: false, files: [] };
  const beside = (await around.settings()).around;
  const { draft, ...made } = planOfDraft(answered(planned, answers), { format: 'request', source, around: beside });
  const tasks = draft?.tasks ?? [];
  return {
    ...made,
    file: made.plan === null ? null : wish.out,
    tasks: tasks.filter(({ state }) => state === 'open').length,
    over: tasks.filter(({ state }) => state !== 'open').length,
    missing: draft?.missing ?? [],
    left: draft?.left ?? [],
    questions: planned.questions.map((question) => {
      const { asks, ...rest } = question;
      return { ...rest, answer: answers.get(question) ?? null, meanwhile: MEANWHILE[asks] };
    }),
    ...{ assumed: [], runs: [], needsApproval: false },
  };
}

const MEANWHILE: Readonly<Record<PlanQuestion['asks'], string>> = {
  which: 'Until then it waits for all of them',
  first: 'Until then they go in the order that the others say',
  twice: 'Until then one waits for the other',
  order: 'Until then they go one after the other',
  complete: 'Until then it is taken as it stands',
};

/** What is no answer is asked again, and not for ever. */
const TRIES = 3;

async function answerFrom({ io }: Surroundings, question: PlanQuestion): Promise<readonly string[] | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const typed = await io.ask(visible(questionLine(question)));
    if (typed === null || typed.trim() === '') return question.among;
    const answer = answerIn(typed, question);
    if (answer !== null) return answer;
  }
  return null;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const alreadyThere = (out: string): Refusal => ({
  what: `${out} is there already`,
  why: 'It was not overwritten, and nobody was started',
  next: 'Name another file with -o, or replace it with --force',
});
const empty = (): Refusal => ({
  what: 'The request is empty',
  why: 'There is nothing to plan',
  next: 'Write what has to be done: branchline plan "1. … 2. …"',
});
const noText = (): Refusal => ({
  what: 'The request is no text',
  why: 'It holds bytes that are no text (UTF-8)',
  next: 'Send the request as text',
});
