import type { DraftTask } from '../draft.ts';
import type { FileNode } from '../node.ts';
import { oneLine, type Remarks, sourced, sourcedList, valuesOf } from '../remarks.ts';
import { wordsFor } from './body.ts';
import { type PlanFile, twoDigits } from './plan-file.ts';

const TYPE = { of: 'type of a plan', means: { execute: null, tdd: 'tdd' } } as const;

/** A plan file as a task: what it waits for, what it may write, what has to be true at its end. */
export function taskOf(plan: PlanFile, all: readonly PlanFile[], remarks: Remarks): DraftTask {
  const { name, phase, file, node, state, wave, steps } = plan;
  const goal = /<objective>\s*([\s\S]*?)<\/objective>/
    .exec(file.text)?.[1]
    ?.split('\n')
    .find((line) => line.trim() !== '');
  const type = remarks.word(node.get('type'), { ...TYPE, askedOf: name });
  const files = node.get('files_modified');
  const may = remarks.texts(files).map((path) => path.replace(/^\.\//, ''));
  const needs = needsOf(plan, all, remarks);
  const mode = modeOf(plan, type, remarks);
  const artifacts = node.get('must_haves').get('artifacts');
  const labels = [
    ...(wave === null ? [] : [`wave-${wave}`]),
    ...remarks.texts(node.get('requirements')),
    ...(node.get('gap_closure').value === true ? ['gap-closure'] : []),
    ...(type === 'tdd' && mode?.value !== 'tdd' ? ['tdd'] : []),
  ];
  const words = wordsFor(file.text);
  return {
    name,
    at: node.get('plan').at,
    state,
    values: valuesOf({
      title: sourced(goal === undefined ? name : oneLine(goal), node.at),
      brief: sourced({ text: words === '' ? name : words }, { file: file.path, line: 1 }),
      steps: sourcedList(
        steps.map(({ text }) => oneLine(text)),
        steps[0]?.at ?? node.at,
      ),
      done: sourcedList(mustHaves(node.get('must_haves'), remarks), node.get('must_haves').at),
      needs,
      scope: may.length === 0 ? undefined : sourced({ may }, files.at, 'the files that it modifies'),
      artifacts: sourcedList(
        artifacts.items.flatMap((each) => remarks.text(pathOf(each)) ?? []),
        artifacts.at,
      ),
      mode,
      labels: sourcedList(labels, node.get('wave').at),
      group: sourced(oneLine(phase), node.get('phase').at),
    }),
  };
}

function modeOf({ name, node, steps }: PlanFile, type: string | null, remarks: Remarks): DraftTask['values']['mode'] {
  const alone = node.get('autonomous');
  if (alone.isThere && typeof alone.value !== 'boolean') {
    remarks.unknown(alone.at, alone.text ?? JSON.stringify(alone.value), {
      of: '"autonomous"',
      means: { true: 1, false: 0 },
    });
  }
  const stop = steps.find(({ stops }) => stops);
  if (alone.value === true && stop !== undefined) {
    const why = 'The plan has a checkpoint at which a person is asked';
    remarks.warn(stop.at, 'not-autonomous', {
      what: `${name} is called autonomous`,
      why,
      next: 'Write "autonomous: false"',
    });
  }
  if (alone.value === false) return sourced('checkpoint', alone.at, 'it is not autonomous');
  if (stop !== undefined) return sourced('checkpoint', stop.at, 'it has checkpoints');
  return type === 'tdd' ? sourced('tdd', node.get('type').at) : undefined;
}

const pathOf = (artifact: FileNode): FileNode => (artifact.isMap ? artifact.get('path') : artifact);

function mustHaves(node: FileNode, remarks: Remarks): readonly string[] {
  const artifacts = node.get('artifacts').items.flatMap((each) => {
    const path = remarks.text(pathOf(each));
    const more = [remarks.text(each.get('provides')) ?? '', ...wanted(each, remarks)].filter((text) => text !== '');
    return path === null || more.length === 0 ? [] : [`${path}: ${more.join(', ')}`];
  });
  const links = node.get('key_links').items.flatMap((each) => {
    const [from, to] = [remarks.text(each.get('from')), remarks.text(each.get('to'))];
    const [via, pattern] = [remarks.text(each.get('via')), remarks.text(each.get('pattern'))];
    if (from === null || to === null) return [];
    return [`${from} is linked to ${to}${via === null ? '' : ` by ${via}`}${pattern === null ? '' : ` (${pattern})`}`];
  });
  return [...remarks.texts(node.get('truths')), ...artifacts, ...links].map((text) => text.replace(/\s+/g, ' ').trim());
}

function wanted(artifact: FileNode, remarks: Remarks): readonly string[] {
  const lines = artifact.get('min_lines').number;
  const holds = remarks.text(artifact.get('contains'));
  const exported = remarks.texts(artifact.get('exports'));
  return [
    ...(lines === null ? [] : [`at least ${lines} lines`]),
    ...(holds === null ? [] : [`contains "${holds}"`]),
    ...(exported.length === 0 ? [] : [`exports ${exported.join(', ')}`]),
  ];
}

/** What it says; else, from the second wave on, the wave before; and all of the phase before, which GSD ends first. */
function needsOf(plan: PlanFile, all: readonly PlanFile[], remarks: Remarks): DraftTask['values']['needs'] {
  const { node, phase, wave } = plan;
  const said = remarks.texts(node.get('depends_on')).map((need) => meant(need, plan, all));
  for (const need of said)
    lateNeed(
      plan,
      all.find(({ name }) => name === need),
      remarks,
    );
  const inPhase = all.filter((other) => other.phase === phase);
  const isBare = said.length === 0 && wave !== null && wave > 1;
  const wavesBefore = inPhase.flatMap((other) => (other.wave !== null && other.wave < (wave ?? 0) ? [other.wave] : []));
  const waveBefore = Math.max(...wavesBefore);
  // Whoever says that it needs this plan is not waited for, whatever its wave.
  const isAfter = (other: PlanFile) =>
    other.node.get('depends_on').texts.some((need) => meant(need, other, all) === plan.name);
  const before = inPhase.filter((other) => other.wave === waveBefore && !isAfter(other));
  const implied = isBare ? before.map(({ name }) => name) : [];
  const phases = [...new Set(all.map((other) => other.phase))];
  const open = (of: string) => all.filter((other) => other.phase === of && other.state === 'open');
  const phaseBefore = phases.slice(0, phases.indexOf(phase)).findLast((of) => open(of).length > 0);
  const earlier = phaseBefore === undefined ? [] : open(phaseBefore).map(({ name }) => name);
  const names = [...new Set([...said, ...implied, ...earlier])];
  if (said.length > 0) return sourcedList(names, node.get('depends_on').at, earlier.length > 0 ? BEFORE : undefined);
  if (implied.length > 0) return sourcedList(names, node.get('wave').at, 'the wave before');
  return sourcedList(names, node.get('phase').at, 'all of the phase before');
}

const BEFORE = 'with all of the phase before';

/** `01-02`, `01-02-PLAN.md`, or in its own phase just `02`. */
function meant(need: string, { phase }: PlanFile, all: readonly PlanFile[]): string {
  const plain = need.replace(/-PLAN(?:\.md)?$/i, '');
  const own = all.filter((other) => other.phase === phase);
  const found =
    all.find(({ name }) => name === plain) ?? own.find(({ name }) => name.split('-').at(-1) === twoDigits(plain));
  return found?.name ?? plain;
}

/** Waves are worked out beforehand; one that comes before what it needs was worked out wrongly. */
function lateNeed({ name, phase, wave, node }: PlanFile, need: PlanFile | undefined, remarks: Remarks): void {
  if (need === undefined || need.phase !== phase || wave === null || need.wave === null || need.wave < wave) return;
  remarks.warn(node.get('depends_on').at, 'late-need', {
    what: `${name} of wave ${wave} needs ${need.name} of wave ${need.wave}`,
    why: 'GSD would start both at once, or the needed one later',
    next: 'Nothing has to be done: the plan goes by what needs what, not by waves',
  });
}
