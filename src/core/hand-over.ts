import { code } from './brief/fence.ts';
import { wordText } from './brief/past.ts';
import type { Continuation, Why } from './continuation.ts';
import type { TaskRecord } from './record.ts';

/** What a conversation that goes on is told first. The agent knows the rest. */
export function resumeText(record: TaskRecord, why: Why): string {
  const unheard = record.said.slice(-(record.saidCount - record.delivered) || record.said.length);
  const words = record.saidCount > record.delivered ? unheard.map(wordText) : [];
  return [START[why], ...words, END].join('\n\n');
}

const START: Readonly<Record<Why, string>> = {
  answered: 'You had asked, and here is what people said.',
  'cut-off':
    'You were interrupted. Check the state of the worktree before you go on: what you did last may be half done.',
  'context-full': 'Your context was full.',
  'session-lost': 'You were interrupted.',
};
const END = 'Go on with the task as it was given to you, in the same folder, and report as you were told to.';

/** What a new conversation in an old worktree is told: somebody else began, and what is in it is theirs. Empty: it is not so. */
export function handOverOf(record: TaskRecord, continuation: Continuation): string {
  if (continuation.is !== 'worktree') return '';
  const { progress } = record;
  const done =
    progress === null ? '' : ` It had done ${progress.done} of ${progress.of} steps${nextStep(progress.text)}`;
  return [
    `An earlier conversation worked on this task in this folder and ${ENDED[continuation.why]}.${done}`,
    'Its work is in the folder: see it with `git status` and `git diff HEAD`, keep what is right, and go on from there instead of starting anew.',
  ].join('\n\n');
}

const nextStep = (text: string): string => (text === '' ? '.' : `; the next was: ${code(text)}.`);

const ENDED: Readonly<Record<Why, string>> = {
  answered: 'ended with a question; the answer stands below',
  'cut-off': 'was interrupted',
  'context-full': 'ran out of context. Read less at once, and work in smaller steps',
  'session-lost': 'cannot be gone on with',
};
