import type { Draft } from '../draft.ts';
import { type FileNode, readJsonFile } from '../node.ts';
import type { Remarks } from '../remarks.ts';
import type { SourceFile } from '../source.ts';

type List = { readonly name: Draft['name']; readonly tasks: readonly FileNode[] };

/** What Task Master works on unless it is told otherwise. */
const USUAL = 'master';

/** The list that Task Master would work on: the one that its state names, else `master`, else the only one. */
export function chosenList(root: FileNode, state: SourceFile | undefined, remarks: Remarks): List | null {
  const project = root.get('metadata').get('projectName');
  const name = project.text === null ? null : { value: project.text, from: project.at };
  if (isList(root.get('tasks'))) {
    remarks.leaveOthers(root, new Set(['tasks', 'metadata']));
    return { name, tasks: root.get('tasks').items };
  }
  const lists = root.entries.filter((entry) => isList(entry.get('tasks')));
  if (lists.length === 0) return null;
  const wanted = currentTag(state, remarks) ?? USUAL;
  const chosen = lists.find((entry) => entry.name === wanted) ?? (lists.length === 1 ? lists[0] : undefined);
  if (chosen === undefined) {
    remarks.fault(root.at, 'which-list', {
      what: `It holds ${lists.length} lists, and none is called "${wanted}"`,
      why: `There are: ${lists.map((entry) => entry.name.slice(0, 40)).join(', ')}`,
      next: 'Keep one of them in the file, or name the folder whose state.json says which one is current',
    });
    return { name: null, tasks: [] };
  }
  for (const entry of lists.filter((each) => each !== chosen)) {
    const what = `list "${entry.name}" with ${entry.get('tasks').items.length} tasks`;
    remarks.leave(entry.at, what, `A plan is made of one list, and "${chosen.name}" is the one at work`);
  }
  const tag = chosen.name === USUAL ? null : { value: chosen.name, from: chosen.at };
  return { name: tag, tasks: chosen.get('tasks').items };
}

const isList = (node: FileNode): boolean => Array.isArray(node.value);

function currentTag(state: SourceFile | undefined, remarks: Remarks): string | null {
  if (state === undefined) return null;
  const { root, faults } = readJsonFile(state);
  remarks.add(faults);
  return root === null ? null : remarks.text(root.get('currentTag'));
}
