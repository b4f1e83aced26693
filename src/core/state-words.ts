import type { TaskStateName } from './task.ts';

/** The systems whose words and screens Branchline speaks beside its own. */
export const SYSTEMS = ['tracks', 'ccc', 'dispatch', 'pool', 'cw'] as const;
export type SystemName = (typeof SYSTEMS)[number];

type Words = Readonly<Record<TaskStateName, string>>;

/**
 * What each system calls a task in each state. A claim is never called done: only what has landed is. Where a system
 * has no word of its own, the nearest of its words that promises less is taken.
 */
const WORDS: Readonly<Record<SystemName, Words>> = {
  // Of these, tracks itself only has `Now` and `After merge`: nobody there watches what becomes of a track.
  tracks: {
    waiting: 'After merge',
    ready: 'Now',
    working: 'At work',
    stopping: 'At work',
    asking: 'At work',
    resting: 'At work',
    reported: 'Merging',
    verifying: 'Merging',
    verified: 'Merging',
    landing: 'Merging',
    landed: 'Merged',
    blocked: 'Not merged',
    failed: 'Not merged',
    skipped: 'Dropped',
    cancelled: 'Dropped',
  },
  ccc: {
    waiting: 'Todo',
    ready: 'Todo',
    working: 'In Progress',
    stopping: 'In Progress',
    asking: 'In Progress',
    resting: 'In Progress',
    reported: 'In Review',
    verifying: 'In Review',
    verified: 'In Review',
    landing: 'In Review',
    landed: 'Done',
    blocked: 'Failed',
    failed: 'Failed',
    skipped: 'Canceled',
    cancelled: 'Canceled',
  },
  dispatch: {
    waiting: 'pending',
    ready: 'pending',
    working: 'in_progress',
    stopping: 'in_progress',
    asking: 'blocked',
    resting: 'pending',
    reported: 'in_progress',
    verifying: 'in_progress',
    verified: 'in_progress',
    landing: 'in_progress',
    landed: 'complete',
    blocked: 'blocked',
    failed: 'failed',
    skipped: 'skipped',
    cancelled: 'skipped',
  },
  pool: {
    waiting: 'pending',
    ready: 'pending',
    working: 'in_progress',
    stopping: 'in_progress',
    asking: 'stuck',
    resting: 'pending_retry',
    reported: 'in_progress',
    verifying: 'in_progress',
    verified: 'qa_approved',
    landing: 'qa_approved',
    landed: 'done',
    blocked: 'stuck',
    failed: 'failed',
    skipped: 'skipped',
    cancelled: 'skipped',
  },
  cw: {
    waiting: 'pending',
    ready: 'pending',
    working: 'in_progress',
    stopping: 'in_progress',
    asking: 'in_progress',
    resting: 'pending',
    reported: 'in_progress',
    verifying: 'in_progress',
    verified: 'in_progress',
    landing: 'in_progress',
    landed: 'completed',
    blocked: 'pending',
    failed: 'failed',
    skipped: 'skipped',
    cancelled: 'skipped',
  },
};

/** Words that are only read: Branchline says the same with another word of that system. */
const ONLY_READ: Readonly<Record<SystemName, Readonly<Record<string, readonly TaskStateName[]>>>> = {
  tracks: { CLOSED: ['landed'] },
  // A session's own row in the registry knows less than its issue.
  ccc: { Active: ['working', 'stopping', 'asking', 'resting', 'reported', 'verifying', 'verified', 'landing'] },
  dispatch: {},
  pool: { qa_rejected: ['resting'], pending_fix: ['resting'], rolled_back: ['cancelled'] },
  cw: {},
};

/** The word of a system for a state. */
export const wordFor = (system: SystemName, state: TaskStateName): string => WORDS[system][state];

/** All words that Branchline itself says in a system's place, each once, in the order of a task's life. */
export const wordsOf = (system: SystemName): readonly string[] => [...new Set(Object.values(WORDS[system]))];

/** The states that a word can stand for: one where it is plain, several where the system does not tell them apart, none for a word that it does not have. */
export function statesFor(system: SystemName, word: string): readonly TaskStateName[] {
  const said = STATES.filter((state) => WORDS[system][state] === word);
  if (said.length > 0) return said;
  return Object.hasOwn(ONLY_READ[system], word) ? (ONLY_READ[system][word] ?? []) : [];
}

const isState = (name: string): name is TaskStateName => name in WORDS.cw;
const STATES: readonly TaskStateName[] = Object.keys(WORDS.cw).filter(isState);

/** How many tasks a system has in each of its words, words without a task too: the sum is the number of tasks. */
export function countWords(system: SystemName, states: readonly TaskStateName[]): ReadonlyMap<string, number> {
  const counts = new Map(wordsOf(system).map((word) => [word, 0]));
  for (const state of states) {
    const word = wordFor(system, state);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
