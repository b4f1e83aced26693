/** A task as the board of Claude Workflow has it, with tasks called by their stable names. */
export type BoardEntry = {
  /** `T01`, `T01.1`: the name that stays, whatever the board numbers it. */
  readonly name: string;
  readonly subject: string;
  readonly description: string;
  readonly status: 'pending' | 'in_progress' | 'completed';
  readonly owner: string | null;
  /** Names of the tasks that it waits for. */
  readonly needs: readonly string[];
  /** The task that this one is a part of. */
  readonly parent: string | null;
  /** Everything else that stands under `metadata`. */
  readonly metadata: Readonly<Record<string, unknown>>;
};

/** A file of the board, by its name in the folder of the task list. */
export type BoardFile = { readonly name: string; readonly text: string };

/**
 * The board as files, one a task, numbered in order. Each edge is written on both of its sides, and a whole is blocked by
 * its parts. A need that names no task of the list is left out of both sides.
 */
export function boardFiles(entries: readonly BoardEntry[]): readonly BoardFile[] {
  const ids = new Map(entries.map(({ name }, index) => [name, String(index + 1)]));
  const blockedBy = new Map<string, Set<string>>();
  const blocks = new Map<string, Set<string>>();
  const edge = (waiting: string, before: string): void => {
    if (!ids.has(waiting) || !ids.has(before)) return;
    into(blockedBy, waiting).add(ids.get(before) ?? '');
    into(blocks, before).add(ids.get(waiting) ?? '');
  };
  for (const { name, needs, parent } of entries) {
    for (const need of needs) if (need !== parent) edge(name, need);
    if (parent !== null) edge(parent, name);
  }
  return entries.map(({ name, subject, description, status, owner, parent, metadata }) => {
    const id = ids.get(name) ?? '';
    const task = {
      ...{ id, subject, description, activeForm: subject, status, owner: owner ?? '' },
      blocks: [...into(blocks, name)],
      blockedBy: [...into(blockedBy, name)],
      metadata: { ...metadata, task_id: name, parent_task: parent },
    };
    return { name: `${id}.json`, text: `${JSON.stringify(task, null, 2)}\n` };
  });
}

function into(edges: Map<string, Set<string>>, name: string): Set<string> {
  const known = edges.get(name) ?? new Set();
  edges.set(name, known);
  return known;
}
