import { isNothing } from '../cells.ts';
import type { Origin, Sourced } from '../draft.ts';
import type { Row, TableBlock, Words } from '../markdown.ts';
import type { Notes } from './notes.ts';
import { type Part, valuesOfMode } from './part.ts';
import {
  type IssueRef,
  issueName,
  issuesIn,
  PHASE,
  readAgent,
  readMode,
  readStage,
  type Stage,
  stageOf,
} from './words.ts';

/** An issue as the registry has it. */
export type IssueRow = IssueRef & {
  readonly at: Origin;
  readonly stage: Sourced<Stage> | null;
  readonly mode: Sourced<string> | null;
  readonly needs: readonly Sourced<string>[];
};

/** A session that somebody started. */
export type SessionRow = {
  readonly at: Origin;
  readonly phase: string | null;
  readonly keys: readonly string[];
  readonly who: ReturnType<typeof readAgent> | null;
  readonly stage: Sourced<Stage> | null;
};

export type TableKind = 'issues' | 'phases' | 'sessions' | 'dispatch' | 'files' | null;

/** Which of the tables of a master plan one is, by its columns: headings are written as people like. */
export function kindOf({ columns }: TableBlock): TableKind {
  const has = (...names: readonly string[]): boolean => names.some((name) => columns.includes(name));
  if (has('session name')) return 'sessions';
  if (has('session') && has('issue') && has('focus', 'mode')) return 'dispatch';
  if (has('phase') && has('issues', 'issue')) return 'phases';
  if (has('id') && has('title', 'status')) return 'issues';
  return has('file') && has('purpose') ? 'files' : null;
}

const cellOf = ({ cells }: Row, ...names: readonly string[]): Words | undefined => {
  const words = names.map((name) => cells.get(name)).find((cell) => cell !== undefined);
  return words === undefined || isNothing(words.raw) ? undefined : words;
};

/** Rows of the issue registry. */
export function issueRows(table: TableBlock, notes: Notes): readonly IssueRow[] {
  return table.rows.flatMap((row): IssueRow[] => {
    const { at } = row;
    const id = cellOf(row, 'id');
    const [ref] = id === undefined ? [] : refsOf(id, notes);
    if (ref === undefined) {
      const why = 'Each row of the registry begins with the link to an issue';
      notes.fault(at, 'no-issue', {
        what: 'A row of the registry has no issue',
        why,
        next: 'Write for example: [PAY-10](its address)',
      });
      return [];
    }
    const [title, status, exec] = [cellOf(row, 'title'), cellOf(row, 'status'), cellOf(row, 'exec', 'mode')];
    if (title === undefined && ref.title === null) notes.miss(at, ref.key, 'Title');
    if (status === undefined) notes.miss(at, ref.key, 'Status');
    if (exec === undefined) notes.miss(at, ref.key, 'Exec');
    estimateOf(row, ref.key, notes);
    return [
      {
        ...{ ...ref, title: title?.text ?? ref.title, at },
        stage: status === undefined ? null : readStage(status.text, at, notes),
        mode: exec === undefined ? null : readMode(exec.text, at, notes),
        needs: needsOf(cellOf(row, 'depends on', 'dependencies', 'blocked by')),
      },
    ];
  });
}

/** Points and guessed money have no field: they are neither time nor a cap. */
function estimateOf(row: Row, whose: string, notes: Notes): void {
  const size = cellOf(row, 'est', 'est.', 'estimate');
  const cost = cellOf(row, 'est. cost', 'est cost', 'cost');
  if (size !== undefined) notes.leave(row.at, `the estimate ${size.text} of ${whose}`, 'A plan has no points');
  if (cost !== undefined)
    notes.leave(row.at, `the cost ${cost.text} of ${whose}`, 'It is an estimate, and a plan has caps');
}

/** Rows of the phase map: each is a task. */
export function phaseParts(table: TableBlock, notes: Notes): readonly Part[] {
  return table.rows.flatMap((row): Part[] => {
    const { at } = row;
    const name = (row.cells.get('phase')?.text ?? '').replace(/^phase\s+/i, '').toUpperCase();
    if (!PHASE.test(name)) {
      const why = 'A phase is called by the number of its batch and a letter';
      notes.fault(at, 'bad-phase', { what: `"${name.slice(0, 40)}" is no phase`, why, next: 'Write for example: 1A' });
      return [];
    }
    const [issues, focus] = [cellOf(row, 'issues', 'issue'), cellOf(row, 'focus')];
    const [mode, status] = [cellOf(row, 'mode', 'exec'), cellOf(row, 'status')];
    if (issues === undefined) notes.miss(at, name, 'Issues');
    if (focus === undefined && row.cells.has('focus')) notes.miss(at, name, 'Focus');
    const refs = issues === undefined ? [] : refsOf(issues, notes);
    return [
      {
        ...{ name, at, issues: refs, told: [] },
        values: {
          ...(focus === undefined ? {} : { title: { value: focus.text, from: at } }),
          group: batchOf(row, name, notes),
          ...valuesOfMode(mode === undefined ? null : readMode(mode.text, at, notes)),
          ...namesOf(refs, at),
        },
        needs: needsOf(cellOf(row, 'dependencies', 'depends on')),
        stage: status === undefined ? null : readStage(status.text, at, notes),
      },
    ];
  });
}

/** The digit of a phase is its batch, whether or not a column says so once more. */
function batchOf(row: Row, name: string, notes: Notes): Sourced<string> {
  const digits = name.slice(0, -1);
  const said = cellOf(row, 'batch')?.text.replace(/^batch\s+/i, '');
  if (said !== undefined && said !== digits) {
    const what = `Phase ${name} is said to be in batch ${said}`;
    notes.fault(row.at, 'wrong-batch', {
      what,
      why: `Its number puts it into batch ${digits}`,
      next: 'Change one of the two',
    });
  }
  return { value: `Batch ${digits}`, from: row.at };
}

/** Rows of the dispatch table that a person approves. */
export function dispatchParts(table: TableBlock, notes: Notes): readonly Part[] {
  return table.rows.map((row): Part => {
    const { at } = row;
    const name = row.cells.get('session')?.text ?? '';
    const [issue, focus, mode, agent] = ['issue', 'focus', 'mode', 'agent'].map((column) => cellOf(row, column));
    for (const [field, cell] of [
      ['Issue', issue],
      ['Focus', focus],
      ['Mode', mode],
    ] as const) {
      if (cell === undefined) notes.miss(at, name, field);
    }
    if (row.cells.has('agent') && agent === undefined) notes.miss(at, name, 'Agent');
    estimateOf(row, name, notes);
    placeOf(row, name, notes);
    const refs = issue === undefined ? [] : refsOf(issue, notes);
    return {
      ...{ name, at, issues: refs, told: [], needs: [], stage: null },
      values: {
        ...(focus === undefined ? {} : { title: { value: focus.text, from: at } }),
        ...valuesOfMode(mode === undefined ? null : readMode(mode.text, at, notes)),
        ...(agent === undefined ? {} : readAgent(agent.text, at)),
        ...namesOf(refs, at),
      },
    };
  });
}

/** Every task works apart, on a branch whose name is Branchline's. */
function placeOf(row: Row, name: string, notes: Notes): void {
  const worktree = row.cells.get('worktree')?.text.toLowerCase() ?? '';
  const branch = cellOf(row, 'branch');
  if (worktree === 'no') notes.leave(row.at, `"Worktree: no" of ${name}`, 'Every task works in a worktree of its own');
  else if (!['', 'yes', 'n/a'].includes(worktree) && !isNothing(worktree)) {
    notes.unknown(row.at, worktree, { of: 'word for a worktree', known: ['yes', 'no', 'n/a'] });
  }
  if (branch !== undefined)
    notes.leave(row.at, `the branch ${branch.text} of ${name}`, 'Branches are named by the template of the plan');
}

/** Rows of the session registry. One that is two cells short has no worktree and no branch, and its last cell is its status. */
export function sessionRows(table: TableBlock, notes: Notes): readonly SessionRow[] {
  return table.rows.map((row): SessionRow => {
    const { at } = row;
    const last = [...row.cells.values()].at(-1)?.text ?? '';
    const isShort =
      !row.cells.has('status') && row.cells.size === table.columns.length - 2 && stageOf(last) !== undefined;
    const status = isShort ? last : (cellOf(row, 'status')?.text ?? '');
    const name = row.cells.get('session name')?.text ?? '';
    const issue = cellOf(row, 'issue', 'issues');
    const agent = cellOf(row, 'agent');
    if (!isShort) placeOf(row, name, notes);
    if (status === '') notes.miss(at, name, 'Status');
    return {
      ...{ at, phase: cellOf(row, 'phase')?.text.toUpperCase() ?? null },
      keys: issue === undefined ? [] : refsOf(issue, notes).map(({ key }) => key),
      who: agent === undefined ? null : readAgent(agent.text, at),
      stage: status === '' ? null : readStage(status, at, notes),
    };
  });
}

function refsOf(words: Words, notes: Notes): readonly IssueRef[] {
  const refs = issuesIn(words.raw, words.links);
  const bare = refs.find(({ url }) => url === null);
  if (bare !== undefined) notes.bareId(words.at, bare.key);
  return refs;
}

const namesOf = (refs: readonly IssueRef[], from: Origin): Pick<Part['values'], 'issues'> =>
  refs.length === 0 ? {} : { issues: { value: refs.map(({ key }) => issueName(key)), from } };

/** `None (parallel with 1A)` waits for nothing; what is in brackets is a remark. */
function needsOf(words: Words | undefined): readonly Sourced<string>[] {
  if (words === undefined) return [];
  const remark = /\(([^)]*)\)/.exec(words.raw)?.[1];
  const note = remark === undefined ? {} : { note: `"${remark}"` };
  return words.raw
    .replace(/\([^)]*\)/g, ' ')
    .split(/[,;&+\n]|\band\b/i)
    .map((part) => part.replace(/^\s*(?:after|phase)\s+/i, '').trim())
    .filter((part) => !isNothing(part))
    .map((value) => ({ value, from: words.at, ...note }));
}
