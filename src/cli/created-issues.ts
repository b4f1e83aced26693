import { visible } from '../core/visible.ts';
import type { ExitCode } from '../report/explanation.ts';
import { agreed, printJson, refused, say } from './print.ts';
import type { IssueAim, IssueDraft, IssueOutcome } from './tracker-port.ts';
import type { World } from './world-port.ts';

type Wish = {
  readonly plan: string;
  readonly parent: string;
  readonly drafts: readonly IssueDraft[];
  readonly yes: boolean;
};

/** Shows which sub-issues would be created, asks, and creates them. */
export async function createIssues(world: World, { plan, parent, drafts, yes }: Wish): Promise<ExitCode> {
  const aimed = await world.trackers.aim(plan, parent, drafts);
  if (!aimed.ok) return refused(world, aimed.error);
  const aim = aimed.value;
  const strays = aim.there.filter(({ isStray }) => isStray);
  if (!world.flags.json) world.io.err(aimText(aim));
  const count = aim.create.length + strays.length;
  if (count > 0 && !(await agreed(world, `Write ${count} to ${parent}?`, yes))) {
    if (world.flags.json) printJson(world, { schemaVersion: 1, ...aim, made: [] });
    say(world, 'Nothing was created. --yes creates them without asking.');
    return 2;
  }
  const made: IssueOutcome[] = [];
  const done = await world.trackers.carryOut(aim, (outcome) => {
    made.push(outcome);
    if (world.flags.json) return;
    const { task, key, url, did, notes } = outcome;
    world.io.out(`${visible(`${did} ${key} ${task}${url === null ? '' : ` ${url}`}`)}\n`);
    for (const note of notes) say(world, visible(note));
  });
  if (!done.ok) return refused(world, done.error);
  if (world.flags.json) printJson(world, { schemaVersion: 1, ...aim, made });
  return 0;
}

function aimText({ parent, create, there }: IssueAim): string {
  const lines = [
    ...there.map(
      ({ task, key, isStray }) => `${task} has ${key} already${isStray ? `, to be attached to ${parent}` : ''}`,
    ),
    ...create.map(({ task, title, labels, estimate, assignee }) => {
      const more = [
        ...(labels.length === 0 ? [] : [labels.join(', ')]),
        ...(estimate === null ? [] : [`estimate ${estimate}`]),
        ...(assignee === null ? [] : [`for ${assignee}`]),
      ];
      return `${task} would get "${title}"${more.length === 0 ? '' : ` (${more.join('; ')})`}`;
    }),
    ...(create.length === 0 ? ['There is nothing to create'] : []),
  ];
  return lines.map((line) => `${visible(line).replace(/\n/g, ' ')}\n`).join('');
}
