import type { DraftTask, Sourced } from '../draft.ts';
import { type FileNode, readJsonFile } from '../node.ts';
import { briefOf, oneLine, Remarks, sourced, sourcedList, valuesOf } from '../remarks.ts';
import { type Reader, refused } from '../source.ts';

/** Ralph: `prd.json`, whose user stories are worked on one after the other in the order of their priority. */
export const ralph: Reader = {
  name: 'ralph',
  about: 'prd.json of Ralph: user stories with acceptance criteria',
  detect: ({ files: [file], isFolder }) => (!isFolder && /"userStories"\s*:/.test(file?.text ?? '') ? 2 : 0),
  read: ({ files: [file], path }) => {
    const remarks = new Remarks();
    const { root, faults } = readJsonFile(file ?? { path, text: '' });
    if (root === null) return refused(...faults);
    const stories = root.get('userStories');
    if (!Array.isArray(stories.value) || stories.items.length === 0) {
      const why = 'Ralph keeps them as a list under "userStories"';
      remarks.fault(stories.at, 'no-tasks', {
        what: 'There are no user stories in it',
        why,
        next: 'Name its prd.json',
      });
    }
    const ranked = stories.items.map((node) => storyOf(node, remarks));
    const about = remarks.text(root.get('description'));
    const tasks = ranked.map((story) => taskOf(story, { ranked, about }, remarks));
    remarks.leaveOthers(root, KNOWN);
    return remarks.read({ name: nameOf(root), values: planOf(root, remarks), tasks });
  },
};

const KNOWN = new Set('project branchName baseBranch description userStories verificationCommands'.split(' '));
const KNOWN_OF_STORY = new Set('id title description acceptanceCriteria priority passes notes'.split(' '));

/** The branch is named after the feature; the project has many. */
function nameOf(root: FileNode): Sourced<string> | null {
  const [branch, project] = [root.get('branchName'), root.get('project')];
  if (branch.text !== null) return { value: branch.text.replace(/^ralph\//, ''), from: branch.at };
  return project.text === null ? null : { value: project.text, from: project.at };
}

function planOf(root: FileNode, remarks: Remarks) {
  const [branch, base, checks] = [root.get('branchName'), root.get('baseBranch'), root.get('verificationCommands')];
  const target = sourced(remarks.text(branch), branch.at);
  const start = sourced(remarks.text(base), base.at);
  const commands = sourcedList(
    checks.entries.flatMap((each) => remarks.text(each) ?? []),
    checks.at,
  );
  if (target === undefined) remarks.missing(root.at, null, 'branchName');
  return {
    ...(start === undefined ? {} : { base: start }),
    ...(target === undefined ? {} : { target }),
    ...(commands === undefined ? {} : { checks: commands }),
  };
}

type Story = {
  readonly node: FileNode;
  readonly name: string;
  readonly state: DraftTask['state'];
  /** Lower goes first; null: it is not said. */
  readonly rank: number | null;
};

function storyOf(node: FileNode, remarks: Remarks): Story {
  const id = remarks.text(node.get('id'));
  const name = id ?? oneLine(node.get('title').text ?? `story ${Number(node.name) + 1}`);
  if (id === null) remarks.missing(node.at, name, 'id');
  const [passes, priority] = [node.get('passes'), node.get('priority')];
  if (!passes.isThere) remarks.missing(node.at, name, 'passes');
  else if (typeof passes.value !== 'boolean') {
    remarks.unknown(passes.at, JSON.stringify(passes.value), { of: '"passes"', means: { true: 1, false: 0 } });
  }
  if (!priority.isThere) remarks.missing(node.at, name, 'priority');
  else if (priority.number === null) {
    const why = 'Ralph orders user stories by a number';
    remarks.fault(priority.at, 'wrong-type', {
      what: 'The priority is no number',
      why,
      next: 'Write 1 for the first',
    });
  }
  remarks.leaveOthers(node, KNOWN_OF_STORY);
  return { node, name, state: passes.value === true ? 'done' : 'open', rank: priority.number };
}

type Around = { readonly ranked: readonly Story[]; readonly about: string | null };

function taskOf(story: Story, { ranked, about }: Around, remarks: Remarks): DraftTask {
  const { node, name, state } = story;
  const title = remarks.asked(node.get('title'), name);
  const criteria = node.get('acceptanceCriteria');
  const done = remarks.texts(criteria);
  if (done.length === 0) remarks.missing(node.at, name, 'acceptanceCriteria');
  const description = remarks.asked(node.get('description'), name);
  const brief = briefOf([
    [null, description ?? title],
    ['Notes', remarks.text(node.get('notes'))],
    ['What it is a part of', about],
  ]);
  const where = node.get('priority').isThere ? node.get('priority').at : node.at;
  return {
    name,
    at: node.at,
    state,
    values: valuesOf({
      title: sourced(title === null ? null : oneLine(title), node.get('title').at),
      brief: sourced(brief === '' ? null : { text: brief }, node.get('description').at),
      done: sourcedList(done, criteria.at),
      needs: sourcedList(before(story, ranked), where, 'Ralph works in the order of priority'),
    }),
  };
}

/** The open stories of the nearest rank above. Stories of one rank do not wait for each other. */
function before({ rank }: Story, all: readonly Story[]): readonly string[] {
  if (rank === null) return [];
  const above = all.filter((other) => other.state === 'open' && other.rank !== null && other.rank < rank);
  const nearest = Math.max(...above.map((other) => other.rank ?? 0));
  return above.filter((other) => other.rank === nearest).map(({ name }) => name);
}
