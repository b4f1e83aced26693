import type { IssueAim, TrackerDesk } from '../cli/tracker-port.ts';
import { issuePlace, markedTask } from '../core/issue-text.ts';
import type { IssuePlace, Tracker } from '../core/ports/tracker.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Refusal } from '../report/explanation.ts';
import type { Surroundings } from './world.ts';

/** Issues of trackers, which are loaded by whoever asks for one. */
export function trackerDesk(around: Surroundings): TrackerDesk {
  return {
    aim: async (plan, parent, drafts) => {
      const found = await placed(around, parent);
      if (!found.ok) return found;
      const { place, tracker } = found.value;
      const listed = await tracker.list(place);
      if (!listed.ok) return listed;
      const below = listed.value.issues.map((issue) => ({ issue, isStray: false }));
      const strays = await tracker.strays(place);
      if (!strays.ok) return strays;
      const beside = strays.value.filter(({ isByMember }) => isByMember).map((issue) => ({ issue, isStray: true }));
      const ofTask = (task: string) => [...below, ...beside].find(({ issue }) => markedTask(issue.body, plan) === task);
      const there = drafts.flatMap(({ task }) => {
        const known = ofTask(task);
        return known === undefined ? [] : [{ task, key: known.issue.key, isStray: known.isStray }];
      });
      const create = drafts.filter(({ task }) => !there.some((each) => each.task === task));
      return ok({ parent, create, there });
    },
    carryOut: async (aim, told) => {
      const found = await placed(around, aim.parent);
      return found.ok ? carriedOut(found.value, aim, told) : found;
    },
  };
}

type Placed = { readonly place: IssuePlace; readonly tracker: Tracker };

async function placed(around: Surroundings, parent: string): Promise<Result<Placed, Refusal>> {
  const place = issuePlace(parent);
  if (place === null || place.issue === null) {
    const next = 'Name it as in github:acme/shop#12 or linear:PAY-9';
    return err({ what: `"${parent}" is no parent issue`, why: 'Sub-issues are created below one issue', next });
  }
  const tracker = await (await import('./tracker-of.ts')).trackerOf(around, place);
  return tracker.ok ? ok({ place, tracker: tracker.value }) : tracker;
}

async function carriedOut(
  { place, tracker }: Placed,
  { create, there }: IssueAim,
  told: Parameters<TrackerDesk['carryOut']>[1],
): Promise<Result<void, Refusal>> {
  for (const { task, key } of there.filter(({ isStray }) => isStray)) {
    const done = await tracker.adopt(place, key);
    if (!done.ok) return done;
    told({ task, key, url: null, did: 'attached', notes: [] });
  }
  for (const { task, ...issue } of create) {
    const made = await tracker.create(place, issue);
    if (!made.ok) return made;
    told({ task, ...made.value, did: 'created' });
  }
  return ok(undefined);
}
