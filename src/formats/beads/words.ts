import type { DraftTask } from '../draft.ts';
import type { FileNode } from '../node.ts';

export type Status = { readonly state: DraftTask['state']; readonly label: string | null };

/** One line of the file. */
export type Issue = {
  readonly name: string;
  readonly node: FileNode;
  readonly status: Status;
  readonly type: string | null;
};

export const OPEN: Status = { state: 'open', label: null };

export const STATUS = {
  of: 'status',
  means: {
    open: OPEN,
    in_progress: { state: 'open', label: 'in-progress' },
    blocked: { state: 'open', label: 'blocked' },
    hooked: { state: 'open', label: 'hooked' },
    closed: { state: 'done', label: null },
    deferred: { state: 'dropped', label: null },
    pinned: { state: 'dropped', label: null },
    tombstone: { state: 'dropped', label: null },
  } satisfies Record<string, Status>,
};

const WORK = ['bug', 'feature', 'task', 'epic', 'chore', 'decision', 'spike', 'story'] as const;
/** Records that Beads keeps among the issues for its own machinery. */
const OTHER = ['message', 'molecule', 'gate', 'event', 'milestone'] as const;

export const IS_WORK: ReadonlySet<string> = new Set(WORK);
export const TYPE = {
  of: 'issue type',
  means: Object.fromEntries([...WORK, ...OTHER].map((word) => [word, word])),
};

/** How one issue hangs on another: it waits for it, it is a part of it, or a plan has no word for it. */
export const EDGE = {
  of: 'type of a dependency',
  means: {
    blocks: 'need',
    'waits-for': 'need',
    'parent-child': 'part',
    'conditional-blocks': 'condition',
    related: 'loose',
    'relates-to': 'loose',
    'discovered-from': 'loose',
    'caused-by': 'loose',
    'replies-to': 'loose',
    duplicates: 'loose',
    supersedes: 'loose',
    'authored-by': 'loose',
    'assigned-to': 'loose',
    'approved-by': 'loose',
    attests: 'loose',
    validates: 'loose',
    tracks: 'loose',
    until: 'loose',
    'delegated-from': 'loose',
  },
} as const;
