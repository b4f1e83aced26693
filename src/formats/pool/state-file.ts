import type { DraftTask, PlanValues, Sourced } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { FileNode } from '../node.ts';
import type { SourceFile } from '../source.ts';
import { countFault } from './tasks-file.ts';

const STATUSES = ['ready_for_execution', 'in_progress', 'completed', 'stuck', 'handoff_pending', 'cancelled'] as const;
const COMMANDS = ['test_command', 'lint_command', 'build_command'] as const;

type State = { readonly name: Sourced<string> | null; readonly values: PlanValues };

/** `state.yaml` of a prepared run: what it is called, its commands, and what was decided. */
export function stateValues(
  root: FileNode,
  { tasks, found }: { readonly tasks: number | null; readonly found: Findings },
): State {
  found.word(root.get('status'), { of: 'status of a run', known: STATUSES });
  if (tasks !== null) countFault(root.get('total_tasks'), tasks, found);
  const verification = root.get('verification');
  const commands = COMMANDS.flatMap((key) => found.text(verification.get(key)) ?? []);
  for (const decision of root.get('key_decisions').items) {
    const said = decision.isMap ? decision.get('decision').text : decision.text;
    found.leaves(
      decision.at,
      `the decision "${(said ?? '').slice(0, 200)}"`,
      'What all tasks must know goes into their briefs',
    );
  }
  const feature = root.get('feature');
  const name = found.text(feature);
  return {
    name: name === null ? null : { value: name, from: feature.at },
    values: commands.length === 0 ? {} : { checks: { value: commands, from: verification.at } },
  };
}

/** `progress.md` is written by a model: where it counts otherwise than the records do, the records count. */
export function statesPage(
  { path, text }: SourceFile,
  { tasks, found }: { readonly tasks: readonly DraftTask[]; readonly found: Findings },
): void {
  const done = tasks.filter(({ state }) => state === 'done').length;
  for (const [index, line] of text.split('\n').entries()) {
    const stated =
      /\b(\d{1,6})\s*\/\s*(\d{1,6})\b[^\n]{0,20}\btasks?\b|\bprogress\b[^\d\n]{0,20}(\d{1,6})\s*\/\s*(\d{1,6})\b/i.exec(
        line,
      );
    if (stated === null) continue;
    const [said, of] = [Number(stated[1] ?? stated[3]), Number(stated[2] ?? stated[4])];
    if (said === done && of === tasks.length) continue;
    found.warn({ file: path, line: index + 1 }, 'wrong-count', {
      what: `It says that ${said} of ${of} tasks are done`,
      why: `By the records ${done} of ${tasks.length} are`,
      next: 'The records count; nothing is read from this page',
    });
  }
}
