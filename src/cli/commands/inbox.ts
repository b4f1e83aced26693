import type { Status } from '../../core/status.ts';
import { questionsText } from '../../report/questions-text.ts';
import { outLayout, printJson, say } from '../print.ts';
import type { Act } from '../world-port.ts';

/** Every open question of every run that has not ended, oldest first. */
export const act: Act = async (world) => {
  const runs = (await world.runs.list()).filter(({ state }) => state !== 'ended');
  const statuses = await Promise.all(runs.map(({ run }) => world.runs.status(run)));
  const open = statuses.filter(({ questions }) => questions.length > 0);
  if (world.flags.json) printJson(world, { v: 1, questions: open.flatMap(ofRun).sort((a, b) => a.since - b.since) });
  else {
    for (const status of open) {
      if (open.length > 1) world.io.out(`${status.run}\n`);
      world.io.out(questionsText(status, outLayout(world)));
    }
  }
  if (open.length === 0) say(world, 'Nobody asks anything.');
  return 0;
};

const ofRun = ({ run, questions }: Status) => questions.map((question) => ({ run, ...question }));
