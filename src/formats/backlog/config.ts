import type { Sourced } from '../draft.ts';
import { type FileNode, readYamlFile } from '../node.ts';
import type { Remarks } from '../remarks.ts';
import { baseName, type Source } from '../source.ts';

/** What a project has said about its words. */
export type Config = {
  readonly project: Sourced<string> | null;
  /** A status that is neither the first nor over keeps its own word. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly priorities: Readonly<Record<string, number>>;
};

const STATUSES = ['To Do', 'In Progress', 'Done'];
const PRIORITIES = ['high', 'medium', 'low'];

/** From the project's own file if it is there. The first status is where tasks begin, the last where they are over. */
export function configOf({ files, isFolder }: Source, remarks: Remarks): Config {
  const own = isFolder ? files.find(({ path }) => NAMES.has(baseName(path))) : undefined;
  const { root, faults } = own === undefined ? { root: null, faults: [] } : readYamlFile(own);
  remarks.add(faults);
  const name = root?.get('project_name');
  const statuses = wordsIn(root?.get('statuses'), remarks) ?? STATUSES;
  const priorities = wordsIn(root?.get('priorities'), remarks) ?? PRIORITIES;
  return {
    project: name === undefined || name.text === null ? null : { value: name.text, from: name.at },
    statuses: Object.fromEntries(statuses.map((word, index) => [word, meaning(word, index, statuses.length)])),
    priorities: Object.fromEntries(priorities.map((word, index) => [word, priorities.length - 1 - index])),
  };
}

const NAMES = new Set(['config.yml', 'backlog.config.yml']);

function wordsIn(node: FileNode | undefined, remarks: Remarks): readonly string[] | null {
  const words = node === undefined ? [] : remarks.texts(node);
  return words.length === 0 ? null : words;
}

function meaning(word: string, index: number, count: number): string {
  if (index === count - 1) return 'done';
  return index === 0 ? 'open' : word.toLowerCase().replace(/\s+/g, '-');
}
