import type { PlacedDiagnostic } from '../../plans/place.ts';
import type { DraftTask, Origin, Sourced } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { FileNode } from '../node.ts';
import { faultAt, warningAt } from '../source.ts';

/** Tasks that are worked on in one round. */
export type Group = {
  readonly name: string;
  readonly at: Origin;
  readonly tasks: readonly string[];
  readonly parallel: boolean | null;
  /** Groups that go before it. */
  readonly dependsOn: Sourced<readonly string[]> | null;
};
type Named = Pick<DraftTask, 'name' | 'at' | 'values'>;

/** The groups of an execution strategy, in their order. */
export function groupsIn(
  node: FileNode,
  { tasks, found }: { readonly tasks: readonly Named[]; readonly found: Findings },
): readonly Group[] {
  const known = new Set(tasks.map(({ name }) => name));
  const groups = (found.list(node) ?? []).flatMap((each) => groupOf(each, found) ?? []);
  const names = new Set(groups.map(({ name }) => name));
  const placed = new Map<string, Group>();
  for (const group of groups) {
    for (const other of group.dependsOn?.value ?? []) {
      if (!names.has(other)) found.diagnostics.push(noSuch(group.dependsOn?.from ?? group.at, other, [...names]));
    }
    for (const task of group.tasks) {
      const before = placed.get(task);
      if (!known.has(task)) found.diagnostics.push(noSuch(group.at, task, [...known]));
      else if (before !== undefined) found.diagnostics.push(inTwo(group, { task, before }));
      placed.set(task, group);
    }
  }
  return groups;
}

function groupOf(node: FileNode, found: Findings): Group | null {
  if (found.map(node) === null) return null;
  const number = found.text(node.get('group'));
  if (number === null) found.lacks(node.at, null, 'group');
  const before = node.get('depends_on');
  const names = found.texts(before);
  return {
    name: groupName(number ?? String(Number(node.name) + 1)),
    at: node.at,
    tasks: found.texts(node.get('tasks')) ?? [],
    parallel: found.flag(node.get('parallel')),
    dependsOn: names === null || names.length === 0 ? null : { value: names.map(groupName), from: before.at },
  };
}

const groupName = (number: string): string => `Group ${number}`;

/** Where the rounds contradict what tasks need: a task whose round comes before that of one that it needs, or is the same. */
export function groupFaults(tasks: readonly Named[], groups: readonly Group[]): readonly PlacedDiagnostic[] {
  const rounds = new Map(
    groups.flatMap((group, round) => group.tasks.map((task) => [task, { group, round }] as const)),
  );
  return tasks.flatMap(({ name, at, values }) => {
    const own = rounds.get(name);
    return [values.needs?.value ?? []].flat().flatMap((need) => {
      const other = rounds.get(need);
      if (own === undefined || other === undefined || other.round < own.round || need === name) return [];
      const isSame = other.round === own.round;
      if (isSame && own.group.parallel === false) return [];
      return [tooEarly(values.needs?.from ?? at, { name, need, own: own.group, other: other.group })];
    });
  });
}

type Early = { readonly name: string; readonly need: string; readonly own: Group; readonly other: Group };

const tooEarly = (at: Origin, { name, need, own, other }: Early): PlacedDiagnostic =>
  warningAt(at, 'group-order', {
    what: `"${shown(name)}" is in ${own.name} and needs "${shown(need)}"`,
    why:
      own === other
        ? `That one is in the same group, whose tasks are to run side by side (${own.at.file}:${own.at.line})`
        : `That one is in ${other.name}, which comes later (${other.at.file}:${other.at.line})`,
    next: 'It waits for what it needs, whatever the groups say; put it into a later group, or drop the need',
  });

const noSuch = (at: Origin, name: string, known: readonly string[]): PlacedDiagnostic =>
  faultAt(at, 'unknown-in-group', {
    what: `A group names "${shown(name)}"`,
    why: 'There is nothing of that name',
    next: `Name one of: ${known.slice(0, 20).map(shown).join(', ')}`,
  });

const inTwo = (group: Group, { task, before }: { readonly task: string; readonly before: Group }): PlacedDiagnostic =>
  faultAt(group.at, 'in-two-groups', {
    what: `"${shown(task)}" is in ${group.name}`,
    why: `It is in ${before.name} too (${before.at.file}:${before.at.line})`,
    next: 'Keep one of the two',
  });

const shown = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 60);
