import { renderBrief } from '../core/brief.ts';
import type { Continuation } from '../core/continuation.ts';
import type { Failure } from '../core/failure.ts';
import { handOverOf, resumeText } from '../core/hand-over.ts';
import type { Task } from '../core/plan.ts';
import type { AttemptKey } from '../core/ports/store.ts';
import { err, ok, type Result } from '../core/result.ts';
import { type Context, planOf, taskOf } from './context.ts';

type BriefRequest = {
  readonly key: AttemptKey;
  readonly base: string;
  readonly folder: string;
  readonly continuation: Continuation;
};

/** Renders the brief of an attempt into a file outside the worktree and returns its path. */
export async function writeBrief(context: Context, request: BriefRequest): Promise<Result<string, Failure>> {
  const { key, base, folder, continuation } = request;
  const { parts, journal, facts } = context;
  const task = taskOf(context, key.task);
  const text = await briefText(context, task, base);
  if (!text.ok) return err(text.error);
  const rendered = renderBrief({
    plan: planOf(context),
    task,
    text: text.value,
    attempt: key.attempt,
    run: key.run,
    target: facts.target,
    history: journal.view.recordOf(key.task),
    reading: await readingOrder(context, base),
    handOver: handOverOf(journal.view.recordOf(key.task), continuation),
  });
  const path = `${folder}/brief.md`;
  await parts.files.write(path, rendered);
  return ok(path);
}

/** What a session that goes on is told: what happened, and the words that it has not heard yet. */
export function openingText({ journal }: Context, { task }: AttemptKey, continuation: Continuation): string {
  return continuation.is === 'session' ? resumeText(journal.view.recordOf(task), continuation.why) : '';
}

async function briefText({ parts }: Context, task: Task, base: string): Promise<Result<string, Failure>> {
  if (task.brief === null) return ok('');
  if ('text' in task.brief) return ok(task.brief.text);
  const text = await parts.repository.readFile(base, task.brief.file);
  return text === null ? err({ reason: 'brief-missing', file: task.brief.file }) : ok(text);
}

/** The instruction files that agents are expected to follow, where the repository has them. */
async function readingOrder({ parts }: Context, base: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of ['AGENTS.md', 'CLAUDE.md']) {
    if ((await parts.repository.readFile(base, file)) !== null) found.push(file);
  }
  return found;
}
