import type { TaskId } from '../core/plan.ts';

/** A command as a person would type it, the task quoted where a shell would not take it as one word. */
export const typed = (verb: string, task: TaskId): string => `branchline ${verb} ${quoted(task)}`;

/** One word of a POSIX shell that means exactly `text`. */
export const quoted = (text: string): string =>
  /^[\w./:@%+=,][\w./:@%+=,-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** At most so many names, the rest counted: `a, b, c and 7 more`. */
export function listed(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** `: ` and the last line of some output that says anything; nothing when there is none. */
export function lastLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  // What npm adds below the output of a script says nothing about it.
  const last = (lines.findLast((line) => !/^npm (notice|warn|error|ERR!|WARN)/.test(line)) ?? lines.at(-1))?.trim();
  return last === undefined ? '' : `: ${last}`;
}

/** The first twelve digits of a commit. */
export const short = (commit: string): string => commit.slice(0, 12);

/** `refs/heads/main` as people write it. */
export const branchName = (ref: string): string => ref.replace(/^refs\/heads\//, '');
