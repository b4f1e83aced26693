import { type FileNode, readJsonFile } from '../node.ts';
import type { SourceFile } from '../source.ts';
import type { Notes } from './notes.ts';

const PHASES = ['intake', 'spec', 'review', 'decompose', 'execution', 'replan', 'verification', 'closure'];

/** The issue that a state file says is over: it is being closed, and none of its tasks is left. */
export function overIn(file: SourceFile, notes: Notes): { readonly key: string; readonly at: FileNode['at'] } | null {
  const { root, faults } = readJsonFile(file);
  notes.diagnostics.push(...faults);
  if (root === null) return null;
  const [issue, phase] = [root.get('linearIssue'), root.get('phase')];
  const [index, total] = [root.get('taskIndex').number, root.get('totalTasks').number];
  if (!root.isMap || issue.text === null) {
    notes.miss(root.at, null, 'linearIssue');
    return null;
  }
  if (phase.text === null || !PHASES.includes(phase.text)) {
    notes.unknown(phase.at, String(phase.value), { of: 'phase of a state file', known: PHASES });
    return null;
  }
  if (phase.text === 'closure' && index !== null && total !== null && total > 0 && index >= total)
    return { key: issue.text, at: issue.at };
  const where = index === null || total === null ? '' : `, task ${index + 1} of ${total}`;
  const why = 'What a session did is in no branch that Branchline knows; the task begins anew';
  notes.leave(issue.at, `the state of ${issue.text}: ${phase.text}${where}`, why);
  return null;
}
