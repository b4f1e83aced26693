import type { DraftTask } from '../draft.ts';
import type { FileNode } from '../node.ts';
import type { Remarks } from '../remarks.ts';
import type { SourceFile } from '../source.ts';
import { type Step, stepsIn } from './body.ts';

/** One plan file, before it is known what it waits for. */
export type PlanFile = {
  /** `01-02`: phase and plan. */
  readonly name: string;
  readonly phase: string;
  readonly file: SourceFile;
  readonly node: FileNode;
  readonly state: DraftTask['state'];
  readonly wave: number | null;
  readonly steps: readonly Step[];
};

type Read = Pick<PlanFile, 'file' | 'node' | 'state'> & { readonly id: string | null };

const KNOWN = new Set(
  'phase plan type wave depends_on files_modified autonomous user_setup must_haves requirements gap_closure'.split(' '),
);

export function planFileOf({ file, node, state, id }: Read, remarks: Remarks): PlanFile {
  const [phase, plan] = [remarks.text(node.get('phase')), remarks.text(node.get('plan'))];
  const number = twoDigits(/^\d+(?:\.\d+)?/.exec(phase ?? '')?.[0] ?? phase ?? '');
  const written = plan?.includes('-') === true ? plan : `${number}-${twoDigits(plan ?? '')}`;
  const name = phase === null || plan === null ? (id ?? file.path) : written;
  if (phase === null) remarks.missing(node.at, name, 'phase');
  if (plan === null) remarks.missing(node.at, name, 'plan');
  const wave = node.get('wave');
  if (!wave.isThere) remarks.missing(node.at, name, 'wave');
  else if (wave.number === null || wave.number < 1 || !Number.isInteger(wave.number)) {
    const why = 'GSD counts waves from 1';
    remarks.fault(wave.at, 'wrong-type', {
      what: `"${wave.text ?? 'That'}" is no wave`,
      why,
      next: 'Write 1 for the first',
    });
  }
  for (const key of ['depends_on', 'files_modified', 'autonomous', 'must_haves']) {
    if (node.get(key).value === undefined) remarks.missing(node.at, name, key);
  }
  remarks.leaveOthers(node, KNOWN);
  for (const each of node.get('user_setup').items) {
    const service = each.get('service').text ?? 'a service';
    remarks.leave(
      each.at,
      `set-up of ${service} by a person`,
      'Only the variables that it gives are asked for (env-required)',
    );
  }
  return { name, phase: phase ?? number, file, node, state, wave: wave.number, steps: stepsIn(file, remarks) };
}

/** YAML reads `01` as a number. */
export const twoDigits = (text: string): string => text.trim().replace(/^\d(?=$|\.)/, '0$&');
