import { choiceOf } from './agent-choice.ts';
import { clip, code, join, numbered, oneLine } from './brief/fence.ts';
import { pastOf, saidOf } from './brief/past.ts';
import { askingOf, reportingOf, scopeOf } from './brief/telling.ts';
import { type BriefBodies, fillTemplate } from './brief/template.ts';
import type { Plan, Task } from './plan.ts';
import type { PastAttempt, Said } from './record.ts';

export type BriefParts = {
  readonly plan: Plan;
  readonly task: Task;
  /** The brief's own text, read from the plan or its file. */
  readonly text: string;
  readonly attempt: number;
  readonly run: string;
  /** Full name of the ref that the work lands on. */
  readonly target: string;
  readonly history: { readonly failures: readonly PastAttempt[]; readonly said: readonly Said[] };
  /** What an attempt is told that takes over a worktree as it was left; empty: it begins anew. */
  readonly handOver: string;
  /** Instruction files of the repository, in the order in which to read them. */
  readonly reading: readonly string[];
};

/** Longest brief in characters: a plan with more to say about one task is refused before it runs. */
const BRIEF_CHARS_MAX = 60_000;
/** What may stand in a plan about one task: text, steps, what done means and scope together. */
export const TASK_CHARS_MAX = 40_000;
/** What went wrong before and what was said, each; the rest of them is in the journal. */
const HISTORY_CHARS_MAX = 12_000;

/** What an agent is told, as Markdown: the task, its limits, how to ask and report, and what went wrong before. */
export function renderBrief(parts: BriefParts): string {
  const { plan, task, attempt, history } = parts;
  const choice = choiceOf(plan, task, history.failures);
  const bodies: BriefBodies = {
    title: oneLine(task.title),
    task: `Task ${code(task.id)} of plan ${code(plan.name)}, attempt ${attempt}.`,
    what: clip(parts.text.trim(), TASK_CHARS_MAX),
    steps: clip(numbered(task.steps), TASK_CHARS_MAX / 4),
    done: clip(numbered(task.done), TASK_CHARS_MAX / 4),
    scope: clip(scopeOf(task), TASK_CHARS_MAX / 4),
    reading: numbered(parts.reading.map(code)),
    asking: askingOf({ plan, task, choice }),
    reporting: reportingOf({ ...parts, choice }),
    standing: parts.handOver,
    before: clip(pastOf(history.failures), HISTORY_CHARS_MAX),
    said: saidOf(history.said, HISTORY_CHARS_MAX),
  };
  const template = plan.briefTemplate ?? null;
  const around = [...choice.prompts, template ?? ''].join('').length;
  return `${join([...choice.prompts, laidOut(template, shortened(bodies, around))])}\n`;
}

/** The brief of the task itself gives way to everything else: without the rest nothing of it could land. */
function shortened(bodies: BriefBodies, around_chars: number): BriefBodies {
  const { what, ...rest } = bodies;
  const others = Object.values(rest).reduce((sum, text) => sum + text.length, around_chars + HEADINGS_CHARS);
  return { ...bodies, what: clip(what, Math.max(1_000, BRIEF_CHARS_MAX - others)) };
}

const HEADINGS_CHARS = 500;

/** In the repository's own words, or in ours. */
function laidOut(template: string | null, bodies: BriefBodies): string {
  if (template !== null) return fillTemplate(template, bodies);
  return join([
    `# ${bodies.title}\n\n${bodies.task}`,
    section('What to do', bodies.what),
    section('Steps', bodies.steps),
    section('Done means', bodies.done),
    section('Where things stand', bodies.standing),
    section('What went wrong before', bodies.before),
    section('What people said', bodies.said),
    section('Where you may write', bodies.scope),
    section('Read first', bodies.reading),
    section('How to ask', bodies.asking),
    section('How to report', bodies.reporting),
  ]);
}

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n\n${body}`);
