import type { Sourced } from '../draft.ts';
import { type Block, readMarkdown, type Words } from '../markdown.ts';
import type { SourceFile } from '../source.ts';
import type { Notes } from './notes.ts';
import type { Part } from './part.ts';
import { promptParts } from './prompt.ts';
import {
  dispatchParts,
  type IssueRow,
  issueRows,
  kindOf,
  phaseParts,
  type SessionRow,
  sessionRows,
  type TableKind,
} from './tables.ts';
import { issuesIn } from './words.ts';

/** What one file says. */
export type PlanFile = {
  readonly name: Sourced<string> | null;
  readonly kinds: ReadonlySet<TableKind>;
  readonly issues: readonly IssueRow[];
  readonly phases: readonly Part[];
  readonly dispatched: readonly Part[];
  readonly sessions: readonly SessionRow[];
  readonly prompts: readonly Part[];
};

/** Reads the tables of a master plan and the prompts that stand in the same file. */
export function readPlanFile(file: SourceFile, notes: Notes): PlanFile {
  const { blocks } = readMarkdown(file);
  const tables = blocks.flatMap((block) => (block.is === 'table' ? [{ block, kind: kindOf(block) }] : []));
  const of = <T>(kind: TableKind, read: (block: (typeof tables)[number]['block']) => readonly T[]): readonly T[] =>
    tables.flatMap((each) => (each.kind === kind ? read(each.block) : []));
  const kinds = new Set(tables.map(({ kind }) => kind));
  const [title] = blocks.flatMap((block) => (block.is === 'heading' && block.depth === 1 ? [block] : []));
  const isPlan = kinds.has('issues') || kinds.has('phases');
  if (isPlan) headerOf(blocks, notes);
  for (const { block, kind } of tables) {
    if (kind === 'files')
      notes.leave(block.at, `the table of key files (${block.rows.length})`, 'A task is not told of files by a plan');
    if (kind === null && isPlan)
      notes.leave(block.at, `the table "${block.columns.join(', ').slice(0, 60)}"`, 'A master plan has no such table');
  }
  if (isPlan) verificationOf(blocks, notes);
  return {
    name: title === undefined ? null : { value: title.text, from: title.at },
    kinds,
    issues: of('issues', (block) => issueRows(block, notes)),
    phases: of('phases', (block) => phaseParts(block, notes)),
    dispatched: of('dispatch', (block) => dispatchParts(block, notes)),
    sessions: of('sessions', (block) => sessionRows(block, notes)),
    prompts: promptParts(file, notes),
  };
}

const HEADER = /^(parent issue|date|session|supersedes)\s*:\s*(.*)$/i;

/** The lines below the title. A plan has no field for them, but a parent issue that is not named is missing. */
function headerOf(blocks: readonly Block[], notes: Notes): void {
  const found = new Set<string>();
  for (const block of blocks) {
    if (block.is !== 'paragraph') continue;
    for (const [index, text] of block.text.split('\n').entries()) {
      const [, label, value = ''] = HEADER.exec(text.trim()) ?? [];
      if (label === undefined) continue;
      const at = { ...block.at, line: block.at.line + index };
      found.add(label.toLowerCase());
      bareIn(value, { ...block, at }, notes);
      notes.leave(at, `${label}: ${value.slice(0, 80)}`, 'A plan has no field for it');
    }
  }
  const at = { file: blocks[0]?.at.file ?? '', line: 1 };
  for (const label of ['Parent issue', 'Date']) if (!found.has(label.toLowerCase())) notes.miss(at, null, label);
}

function bareIn(value: string, { links, at }: Pick<Words, 'links' | 'at'>, notes: Notes): void {
  const bare = issuesIn(value, links).find(({ url }) => url === null);
  if (bare !== undefined) notes.bareId(at, bare.key);
}

/** What a person looks at in the end: a plan has commands for that. */
function verificationOf(blocks: readonly Block[], notes: Notes): void {
  const start = blocks.findIndex((block) => block.is === 'heading' && /^verification\b/i.test(block.text));
  const below = start < 0 ? undefined : blocks[start + 1];
  if (below?.is !== 'list') return;
  const why = 'What is to be checked in the end is a command in a plan, under "final-checks"';
  for (const { at, text } of below.items) notes.leave(at, `"${text.slice(0, 80)}"`, why);
}
