import type { DraftTask, PlanValues, Sourced, TaskValues } from '../draft.ts';
import { type Findings, patternsOf } from '../findings.ts';
import { type Block, type Item, readMarkdown, type Words } from '../markdown.ts';
import type { SourceFile } from '../source.ts';
import type { BoardTask } from './task.ts';

/** What a specification says. */
export type Spec = {
  readonly name: Sourced<string> | null;
  readonly values: PlanValues;
  readonly tasks: readonly DraftTask[];
  /** Requirements by their ids, which may have been given here. */
  readonly requirements: readonly Requirement[];
};
type Requirement = {
  readonly id: string;
  readonly text: string;
  readonly at: Words['at'];
  readonly isNumbered: boolean;
};

/** A specification is Markdown with demoable units of work. */
export const isSpec = ({ path, text }: SourceFile): boolean =>
  path.endsWith('.md') && /^#{1,4}[ \t]+Demoable Units\b/im.test(text);

type Unit = { readonly number: string; readonly title: string; readonly at: Words['at']; readonly blocks: Block[] };

/** Reads the units of a specification as tasks. */
export function readSpec(file: SourceFile, found: Findings): Spec {
  const { blocks } = readMarkdown(file);
  const title = blocks.find((block) => block.is === 'heading' && block.depth === 1);
  const units = unitsIn(blocks);
  const read = units.map((unit) => unitTask(unit, { units, file, found }));
  return {
    name: title?.is === 'heading' ? { value: title.text, from: title.at } : null,
    values: verificationOf(blocks, found),
    tasks: read.map(({ task }) => task),
    requirements: read.flatMap(({ requirements }) => requirements),
  };
}

function unitsIn(blocks: readonly Block[]): readonly Unit[] {
  const units: Unit[] = [];
  let depth: number | null = null;
  for (const block of blocks) {
    if (block.is === 'heading' && /^Demoable Units\b/i.test(block.text)) depth = block.depth;
    else if (block.is === 'heading' && depth !== null && block.depth <= depth) depth = null;
    if (depth === null) continue;
    const unit = block.is === 'heading' ? /^\[?Unit ([A-Z]?\d+)\]?\s*[:—–-]\s*(.+)$/i.exec(block.text) : null;
    if (unit !== null && block.is === 'heading') {
      units.push({ number: unit[1] ?? '', title: unit[2] ?? '', at: block.at, blocks: [] });
    } else units.at(-1)?.blocks.push(block);
  }
  return units;
}

/** What stands under each label of a unit: what follows it on its line, and the list below it. */
type Labelled = { readonly words: Words; readonly value: string; readonly items: readonly Item[] };

function labelsOf(blocks: readonly Block[]): ReadonlyMap<string, Labelled> {
  const labels = new Map<string, Labelled>();
  let last: string | null = null;
  for (const block of blocks) {
    if (block.is === 'paragraph') {
      for (const [index, line] of block.text.split('\n').entries()) {
        const [, label, value = ''] = /^([A-Za-z][A-Za-z ]{2,40}):\s*(.*)$/.exec(line) ?? [];
        const words = { ...block, at: { ...block.at, line: block.at.line + index } };
        if (label !== undefined) {
          last = label.toLowerCase().trim();
          labels.set(last, { words, value, items: [] });
        } else continued(labels, last, line);
      }
    }
    if (block.is !== 'list' || last === null) continue;
    const label = labels.get(last);
    if (label !== undefined) labels.set(last, { ...label, items: [...label.items, ...block.items] });
  }
  return labels;
}

/** A long value goes on in the next line. */
function continued(labels: Map<string, Labelled>, last: string | null, line: string): void {
  const label = last === null ? undefined : labels.get(last);
  if (last !== null && label !== undefined) labels.set(last, { ...label, value: `${label.value}\n${line}`.trim() });
}

type Around = { readonly units: readonly Unit[]; readonly file: SourceFile; readonly found: Findings };
type UnitTask = { readonly task: DraftTask; readonly requirements: readonly Requirement[] };

function unitTask(unit: Unit, around: Around): UnitTask {
  const labels = labelsOf(unit.blocks);
  const name = `Unit ${unit.number}`;
  const purpose = labels.get('purpose');
  if (purpose === undefined) around.found.lacks(unit.at, name, 'Purpose');
  const requirements = requirementsOf(unit, labels, around.found);
  const proofs = labels.get('proof artifacts')?.items ?? [];
  if (proofs.length === 0) around.found.lacks(unit.at, name, 'Proof Artifacts');
  const done = [...requirements.map(({ id, text }) => `${id}: ${text}`), ...proofs.map(({ raw }) => `Proof: ${raw}`)];
  const isNumbered = requirements.every((requirement) => requirement.isNumbered);
  const numbers = isNumbered ? {} : { note: 'numbers of requirements were given here' };
  const told = [
    purpose?.value || unit.title,
    `The whole is described in ${around.file.path}, this is its unit ${unit.number}.`,
  ];
  const values: TaskValues = {
    title: { value: unit.title.slice(0, 200), from: unit.at },
    brief: { value: { text: told.join('\n\n') }, from: purpose?.words.at ?? unit.at },
    ...(done.length === 0 ? {} : { done: { value: done, from: requirements[0]?.at ?? unit.at, ...numbers } }),
    ...dependsOn(name, labels.get('depends on'), { unit, ...around }),
    ...areasOf(name, labels.get('affected areas'), { unit, ...around }),
    ...(requirements.length === 0
      ? {}
      : { labels: { value: requirements.map(({ id }) => id), from: requirements[0]?.at ?? unit.at, ...numbers } }),
  };
  return { task: { name, at: unit.at, state: 'open', values }, requirements };
}

/** `**R1.1**: The system shall …`; those without a number get the next one of their unit. */
function requirementsOf(unit: Unit, labels: ReadonlyMap<string, Labelled>, found: Findings): readonly Requirement[] {
  const label = labels.get('functional requirements') ?? labels.get('requirements');
  const items = label?.items ?? loose(unit.blocks);
  if (items.length === 0) found.lacks(unit.at, `Unit ${unit.number}`, 'Functional Requirements');
  return items.map(({ text, at }, index) => {
    const [, id, rest] = /^(R[\d.]+\d)\s*[:—–-]\s*([\s\S]+)$/.exec(text) ?? [];
    if (id !== undefined && rest !== undefined) return { id, text: rest, at, isNumbered: true };
    found.lacks(at, `Unit ${unit.number}`, 'id of a requirement');
    return { id: `R${unit.number}.${index + 1}`, text, at, isNumbered: false };
  });
}

/** Requirements that no label announces are known by their numbers. */
const loose = (blocks: readonly Block[]): readonly Item[] =>
  blocks.flatMap((block) =>
    block.is === 'list' ? block.items.filter(({ text }) => /^R[\d.]+\d\s*[:—–-]/.test(text)) : [],
  );

type OfUnit = Around & { readonly unit: Unit };

function dependsOn(name: string, label: Labelled | undefined, { unit, units, found }: OfUnit): TaskValues {
  if (label === undefined) {
    found.lacks(unit.at, name, 'Depends on');
    return {};
  }
  const said = [label.value, ...label.items.map(({ text }) => text)].join(', ').trim();
  if (/^(?:none|nothing|n\/a|[-–—])?[.,\s]*$/i.test(said)) return {};
  const known = units.map(({ number }) => number);
  const numbers = [...said.matchAll(/\b([A-Z]?\d+)\b/g)].map((match) => match[1] ?? '');
  const isPlain = /^(?:(?:units?|and|none|&|[A-Z]?\d+|[\s,;+.]+))+$/i.test(said);
  if (numbers.length > 0 && isPlain) {
    return { needs: { value: numbers.map((number) => `Unit ${number}`), from: label.words.at } };
  }
  found.fault(label.words.at, 'unknown-need', {
    what: `${name} depends on "${said.slice(0, 60)}"`,
    why: 'That names no unit, and what it means is not guessed',
    next: `Write "None", or units such as: ${known
      .map((number) => `Unit ${number}`)
      .slice(0, 20)
      .join(', ')}`,
  });
  return {};
}

/** What a spec calls affected areas is all that it says of paths. */
function areasOf(name: string, label: Labelled | undefined, { unit, found }: OfUnit): TaskValues {
  const said = label === undefined ? [] : [...label.value.split(/[,\n]/), ...label.items.map(({ raw }) => raw)];
  const areas = said.map((area) => area.replace(/\(new\)|`/gi, '').trim()).filter((area) => area !== '');
  if (label === undefined || areas.length === 0) {
    found.lacks(unit.at, name, 'Affected areas');
    return {};
  }
  const paths = areas.filter((area) => !/\s/.test(area));
  for (const area of areas.filter((each) => /\s/.test(each))) {
    found.leaves(label.words.at, `the affected area "${area.slice(0, 100)}" of ${name}`, 'It is no path');
  }
  if (paths.length === 0) return {};
  const { value } = patternsOf(paths);
  const note = 'affected areas, which are a hint: make it wider where it is too narrow';
  return { scope: { value: { may: [...value] }, from: label.words.at, note } };
}

/** The commands that a spec says hold for the whole repository. */
function verificationOf(blocks: readonly Block[], found: Findings): PlanValues {
  const start = blocks.findIndex((block) => block.is === 'heading' && /^Verification\b/i.test(block.text));
  if (start < 0) return {};
  const rest = blocks.slice(start + 1);
  const end = rest.findIndex((block) => block.is === 'heading');
  const section = end < 0 ? rest : rest.slice(0, end);
  const table = section.find((block) => block.is === 'table');
  const maturity = labelsOf(section).get('maturity');
  if (maturity !== undefined) found.leaves(maturity.words.at, `maturity ${maturity.value}`, 'It is no field of a plan');
  if (table?.is !== 'table') return {};
  const column = table.columns.find((name) => /\bcommands?\b/.test(name));
  const cells = column === undefined ? [] : table.rows.map((row) => row.cells.get(column)?.text ?? '');
  const commands = cells.filter((cell) => !/^(?:|none|n\/a|[-–—])$/i.test(cell));
  return commands.length === 0 ? {} : { checks: { value: commands, from: table.at } };
}

/** Requirements of a spec that no task of the board is for. Those that were numbered here are nobody's to name. */
export function uncovered(board: readonly BoardTask[], specs: readonly Spec[], found: Findings): void {
  const named = new Set(board.flatMap(({ values }) => [values.labels?.value ?? []].flat()));
  for (const { id, at, isNumbered } of specs.flatMap(({ requirements }) => requirements)) {
    if (!isNumbered || named.has(id)) continue;
    found.warn(at, 'requirement-without-task', {
      what: `No task is for the requirement ${id}`,
      why: 'The specification asks for it, and no task of the board names it',
      next: 'Name it in the requirements of a task',
    });
  }
}
