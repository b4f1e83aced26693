import type { Status } from '../../core/status.ts';
import type { ExitCode, Refusal } from '../../report/explanation.ts';
import { listed, quoted } from '../../report/phrase.ts';
import { questionsText } from '../../report/questions-text.ts';
import { visible } from '../../report/visible.ts';
import { chosenRun } from '../chosen.ts';
import { isSet, optionalWord, words } from '../input.ts';
import { concluded, outLayout, printJson, refused, say } from '../print.ts';
import type { Act, World } from '../world-port.ts';

type Open = Status['questions'][number];

export const act: Act = async (world, input) => {
  const run = await chosenRun(world, input);
  if (!run.ok) return refused(world, run.error);
  const status = await world.runs.status(run.value);
  const name = optionalWord(input, 'question');
  if (name === null) return list(world, status);
  const question = status.questions.find(({ id, task }) => id === name || task === name);
  if (question === undefined) return refused(world, noSuchQuestion(name, status));
  const said = words(input, 'text').join(' ');
  const answer = said === '' ? await askedFor(world, question) : optionOf(question, said);
  if (answer === null) return refused(world, noAnswer(question));
  if (isSet(input, 'same')) return answerSame(world, status, { question, answer });
  const answered = await world.runs.command(run.value, { do: 'answer', question: question.id, answer });
  const how = status.engine === null ? 'goes on, once the run is resumed (branchline resume), with' : 'goes on with';
  return concluded(world, answered, `${visible(question.task)} ${how}: ${visible(answer)}`);
};

/** One answer for every task that asks the same. Those that were answered meanwhile are not answered again. */
async function answerSame(world: World, status: Status, given: { question: Open; answer: string }): Promise<ExitCode> {
  const { question, answer } = given;
  const same = status.questions.filter(({ text, kind }) => text === question.text && kind === question.kind);
  let code: ExitCode = 0;
  for (const { id, task } of same) {
    const answered = await world.runs.command(status.run, { do: 'answer', question: id, answer });
    const one = concluded(world, answered, `${visible(task)} goes on with: ${visible(answer)}`);
    if (one !== 0) code = one;
  }
  return code;
}

function list(world: World, status: Status): 0 {
  if (world.flags.json) printJson(world, { v: 1, run: status.run, questions: status.questions });
  else world.io.out(questionsText(status, outLayout(world)));
  if (status.questions.length === 0) say(world, 'Nobody asks anything.');
  return 0;
}

async function askedFor(world: World, question: Open): Promise<string | null> {
  const options = question.options.map((option, index) => `  ${index + 1}. ${visible(option)}\n`).join('');
  const said = await world.io.ask(`${visible(question.text)}\n${options}> `);
  return said === null || said.trim() === '' ? null : optionOf(question, said.trim());
}

/** A number picks an option; whatever else was said counts as it is, and the engine judges whether it is allowed. */
const optionOf = ({ options }: Open, said: string): string =>
  /^\d+$/.test(said) ? (options[Number(said) - 1] ?? said) : said;

const noAnswer = ({ id, text }: Open): Refusal => ({
  what: 'No answer was given',
  why: text,
  next: `branchline answer ${quoted(id)} "…"`,
  exit: 3,
});

const noSuchQuestion = (name: string, { run, questions }: Status): Refusal => ({
  what: `There is no open question ${name} in run ${run}`,
  why: questions.length === 0 ? 'Nobody asks anything' : `Open are ${listed(questions.map(({ id }) => id))}`,
  next: 'See them with: branchline answer',
});
