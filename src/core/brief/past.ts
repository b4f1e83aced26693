import { GIVE_UP } from '../evolve.ts';
import type { Failure } from '../failure.ts';
import type { PastAttempt, Said } from '../record.ts';
import { code, join, listed, quote, words } from './fence.ts';

/** What went wrong in the attempts before, the last one in full. */
export function pastOf(failures: readonly PastAttempt[]): string {
  const last = failures.at(-1);
  if (last === undefined) return '';
  const earlier = failures.slice(0, -1).map(({ attempt, because }) => `- Attempt ${attempt}: ${because.reason}`);
  return join([
    `Attempt ${last.attempt} gave nothing to land: ${sentence(last.because)}`,
    evidenceOf(last.because),
    earlier.join('\n'),
  ]);
}

/** Notes and answers, each with the question that it belongs to. The newest are kept, as many as fit: each whole. */
export function saidOf(said: readonly Said[], chars_max: number): string {
  const kept: string[] = [];
  let left = chars_max;
  for (const each of said.filter(({ text }) => text !== GIVE_UP).toReversed()) {
    const entry = wordText(each);
    left -= entry.length;
    if (left < 0) break;
    kept.unshift(entry);
  }
  return join(kept);
}

/** A note, or an answer with its question. */
export const wordText = ({ question, text, by }: Said): string =>
  join([
    question === null ? '' : `You asked:\n\n${quote(question)}`,
    `${question === null ? 'A note' : 'The answer'}:\n\n${words(by, text)}`,
  ]);

function sentence(failure: Failure): string {
  switch (failure.reason) {
    case 'conflict':
      return 'its work conflicts with what has landed since. The worktree starts with both, conflict markers included: resolve them.';
    case 'check-failed':
      return `${code(failure.command)} failed on the merged tree (exit code ${failure.code ?? 'none'}). The worktree starts with that work.`;
    case 'setup-failed':
      return `the set-up command ${code(failure.command)} failed.`;
    case 'out-of-scope':
      return 'it touched files outside its scope.';
    case 'missing-artifacts':
      return 'these files are missing.';
    case 'no-change':
      return 'it changed nothing.';
    case 'work-elsewhere':
      return 'its work was not in the worktree but on other refs. Leave the result in the worktree.';
    case 'tampered-checks':
      return 'it changed what checks it.';
    case 'nested-repository':
      return 'it contained a repository of its own.';
    case 'over-time':
    case 'past-deadline':
    case 'silent':
    case 'no-first-event':
    case 'hung-after-result':
      return `it was ended (${failure.reason}, after ${Math.round(failure.limit_ms / 1000)} s).`;
    case 'context-full':
      return 'its context was full. Work in smaller steps and read less at once.';
    case 'no-progress':
      return `${failure.calls} answers of the model brought no change of a file. Decide sooner what to change.`;
    case 'going-in-circles':
      return `the same error came back ${failure.times} times. Try something else than what led to it.`;
    case 'exited':
      return `the agent ended with exit code ${failure.code}.`;
    case 'signalled':
      return `the agent was ended by ${failure.signal}.`;
    default:
      return `${failure.reason}.`;
  }
}

function evidenceOf(failure: Failure): string {
  if ('tail' in failure && failure.tail.trim() !== '') return `The end of its output:\n\n${quote(failure.tail)}`;
  if ('paths' in failure) return listed(failure.paths.slice(0, 50));
  return 'message' in failure && failure.message.trim() !== '' ? quote(failure.message.slice(0, 1_000)) : '';
}
