import { placeName } from '../core/issue-text.ts';
import type { IssueList, IssuePlace, Tracker } from '../core/ports/tracker.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Source } from '../formats/source.ts';
import type { Refusal } from '../report/explanation.ts';
import { githubTracker } from '../trackers/github.ts';
import { linearTracker } from '../trackers/linear.ts';
import type { Surroundings } from './world.ts';

/** The tracker of a place. Tokens come from the environment and go nowhere but there. */
export async function trackerOf(
  { environment, settings }: Pick<Surroundings, 'environment' | 'settings'>,
  { tracker }: IssuePlace,
): Promise<Result<Tracker, Refusal>> {
  const read = await settings();
  const wrong = read.diagnostics.find(({ severity }) => severity === 'error');
  // Half a configuration could send the token elsewhere than the person said.
  if (wrong !== undefined)
    return err({ what: wrong.what, why: wrong.why ?? wrong.file, next: wrong.next ?? 'Mend it' });
  const { variables } = environment;
  const { trackers } = read.settings;
  if (tracker === 'linear') {
    const token = variables['LINEAR_API_KEY'] || null;
    return ok(linearTracker({ url: trackers.linear, token, variable: 'LINEAR_API_KEY', name: 'Linear' }));
  }
  const variable = !variables['GITHUB_TOKEN'] && variables['GH_TOKEN'] ? 'GH_TOKEN' : 'GITHUB_TOKEN';
  return ok(githubTracker({ url: trackers.github, token: variables[variable] || null, variable, name: 'GitHub' }));
}

/** What was fetched, as the document that the reader of issues takes. */
export function issueSource(place: IssuePlace, { parent, issues }: IssueList): Source {
  const name = placeName(place);
  const repo = place.tracker === 'github' ? place.repo : null;
  const text = JSON.stringify({ branchlineIssues: 1, name, repo, parent, issues }, null, 2);
  return { path: name, isFolder: false, files: [{ path: name, text }] };
}
