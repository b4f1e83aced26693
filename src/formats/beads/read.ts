import type { DraftTask } from '../draft.ts';
import { type FileNode, readJsonLines } from '../node.ts';
import { briefOf, oneLine, Remarks, sourced, sourcedList, valuesOf, warnOfDropped } from '../remarks.ts';
import { baseName, type Reader, type Source, type SourceFile } from '../source.ts';
import { Edges } from './edges.ts';
import { IS_WORK, type Issue, OPEN, STATUS, type Status, TYPE } from './words.ts';

/** Beads: one issue a line, or the folder `.beads` around it. */
export const beads: Reader = {
  name: 'beads',
  about: 'issues.jsonl of Beads, or its folder .beads',
  detect: (source) => {
    const lines = (issuesFile(source)?.text ?? '').split('\n').slice(0, 20);
    if (!lines.some((line) => /^\s*\ufeff?\s*\{.*"id"\s*:/.test(line))) return 0;
    return lines.some((line) => /"issue_type"\s*:|"depends_on_id"\s*:/.test(line)) ? 2 : 0;
  },
  read: (source) => {
    const remarks = new Remarks();
    const file = issuesFile(source) ?? { path: source.path, text: '' };
    const { roots, faults } = readJsonLines(file);
    remarks.add(faults);
    const issues = roots.flatMap((node) => issueOf(node, remarks) ?? []);
    if (issues.length === 0 && faults.length === 0) {
      const why = 'Beads writes one issue a line';
      const next = 'Name its issues.jsonl, or have "bd export" write one';
      remarks.fault({ file: file.path, line: 1 }, 'no-tasks', { what: 'There are no issues in it', why, next });
    }
    const edges = new Edges(issues, remarks);
    const tasks = issues.flatMap((issue) => {
      if (!edges.isContainer(issue)) return [taskOf(issue, edges, remarks)];
      const why = 'It has no work of its own and is over when its children are; whoever needs it needs them';
      remarks.leave(issue.node.at, `epic ${issue.name}`, why);
      return [];
    });
    warnOfDropped(tasks, remarks);
    return remarks.read({ name: null, values: {}, tasks });
  },
};

function issuesFile({ files, isFolder }: Source): SourceFile | undefined {
  if (!isFolder) return files[0];
  const named = (name: string) => files.find(({ path }) => baseName(path) === name);
  return named('issues.jsonl') ?? named('beads.jsonl');
}

const KNOWN = new Set(
  `id title description design acceptance_criteria notes status priority issue_type assignee estimated_minutes
   external_ref labels dependencies comments _type`.split(/\s+/),
);
/** What Beads writes down for itself. */
const KEPT = new Set(
  `created_at created_by updated_at closed_at close_reason content_hash compaction_level compacted_at
   compacted_at_commit original_size source_repo deleted_at deleted_by delete_reason original_type owner
   dependency_count dependent_count comment_count closed_by_session`.split(/\s+/),
);

function issueOf(node: FileNode, remarks: Remarks): Issue | null {
  const sort = node.get('_type').text;
  if (sort !== null && sort !== 'issue') {
    remarks.leave(node.at, `record of type "${oneLine(sort)}"`, 'It is no issue');
    return null;
  }
  const name = remarks.text(node.get('id'));
  if (name === null) {
    const why = 'Every line is an issue with an "id"';
    remarks.fault(node.at, 'no-id', { what: 'An issue has no id', why, next: 'Have Beads write the file again' });
    return null;
  }
  const status: Status = remarks.word(node.get('status'), { ...STATUS, askedOf: name }) ?? OPEN;
  const type = remarks.word(node.get('issue_type'), { ...TYPE, askedOf: name });
  remarks.leaveOthers(node, new Set([...KNOWN, ...KEPT]));
  if (type === null || IS_WORK.has(type)) return { name, node, status, type };
  remarks.leave(node.at, `${type} ${name}`, 'It is nothing to work on');
  return null;
}

function taskOf(issue: Issue, edges: Edges, remarks: Remarks): DraftTask {
  const { name, node, status, type } = issue;
  const title = remarks.asked(node.get('title'), name);
  const minutes = node.get('estimated_minutes');
  const labels = [...remarks.texts(node.get('labels')), ...[type ?? []].flat(), ...[status.label ?? []].flat()];
  const parent = edges.parentOf(issue);
  const needs = edges.needsOf(issue);
  const criteria = node.get('acceptance_criteria');
  return {
    name,
    at: node.at,
    state: status.state,
    values: valuesOf({
      title: sourced(title === null ? null : oneLine(title), node.at),
      brief: sourced({ text: briefFor(node, { title, parent, remarks }) }, node.at),
      done: sourcedList(criteriaIn(remarks.text(criteria) ?? ''), node.at),
      needs: sourcedList(needs.names, node.at, needs.note),
      priority: priorityOf(node.get('priority'), name, remarks),
      estimate: minutes.number === null || minutes.number <= 0 ? undefined : sourced(minutes.number, node.at),
      labels: sourcedList(labels, node.at),
      group:
        parent === null ? undefined : sourced(oneLine(parent.node.get('title').text ?? parent.name), parent.node.at),
      owner: sourced(remarks.text(node.get('assignee')), node.at),
    }),
  };
}

type Around = { readonly title: string | null; readonly parent: Issue | null; readonly remarks: Remarks };

function briefFor(node: FileNode, { title, parent, remarks }: Around): string {
  const comments = node.get('comments').items.flatMap((each) => {
    const [author, text] = [remarks.text(each.get('author')), remarks.text(each.get('text'))];
    return text === null ? [] : [`- ${author === null ? '' : `${author}: `}${text}`];
  });
  const about =
    parent === null
      ? ''
      : `${parent.node.get('title').text ?? parent.name}\n${parent.node.get('description').text ?? ''}`;
  return briefOf([
    [null, remarks.text(node.get('description')) ?? title ?? 'Nothing is said of it.'],
    ['Design', remarks.text(node.get('design'))],
    ['Notes', remarks.text(node.get('notes'))],
    ['Comments', comments.join('\n')],
    ['Elsewhere', remarks.text(node.get('external_ref'))],
    ['What it is a part of', about],
  ]);
}

/** One a line, whatever stands in front of it. */
const criteriaIn = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const plain = line.replace(/^\s*(?:[-*+]|\d+[.)])?\s*(?:\[[ xX]\])?\s*/, '').trim();
    return plain === '' ? [] : [plain];
  });

const LEAST_URGENT = 4;

function priorityOf(node: FileNode, name: string, remarks: Remarks): DraftTask['values']['priority'] {
  if (!node.isThere) {
    remarks.missing(node.at, name, 'priority');
    return undefined;
  }
  const { number } = node;
  if (number !== null && Number.isInteger(number) && number >= 0 && number <= LEAST_URGENT) {
    return { value: LEAST_URGENT - number, from: node.at, note: `P${number} there` };
  }
  remarks.unknown(node.at, node.text ?? JSON.stringify(node.value) ?? '', {
    of: 'priority',
    means: { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 },
  });
  return undefined;
}
