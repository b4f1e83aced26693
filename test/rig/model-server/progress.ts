import type { PastTurn } from './protocol.ts';
import type { Fault, Script, Step } from './script.ts';

/** The steps of one script, which of them come next, and what goes wrong with them. */
export class Progress {
  readonly script: Script;
  /** How many requests for a step there were. */
  requests = 0;
  #next = 0;
  readonly #struck = new Map<string, number>();

  constructor(script: Script) {
    this.script = script;
  }

  /** The number of the step that answers a request; as many as there are steps when the script is over. */
  next(past: readonly PastTurn[], isPossible: (step: Step, index: number) => boolean): number {
    const { steps, mode, then } = this.script;
    const from = mode === 'history' ? afterHistory(steps, past) : this.#next;
    const found = steps.findIndex((step, index) => index >= from && isPossible(step, index));
    if (found >= 0) return found;
    return then === 'repeat' ? steps.length - 1 : steps.length;
  }

  /** The step was answered, so that whoever asks next gets the one after it. */
  passed(step: number): void {
    this.#next = step + 1;
  }

  /** What goes wrong with this request at this step. A fault counts as struck when it is told. */
  fault(request: number, step: number): Fault | null {
    const { faults, steps } = this.script;
    return this.#strike(`request ${request}`, faults?.[request]) ?? this.#strike(`step ${step}`, steps[step]?.fault);
  }

  #strike(place: string, fault: Fault | undefined): Fault | null {
    if (fault === undefined) return null;
    const struck = this.#struck.get(place) ?? 0;
    if (struck >= (fault.times ?? (fault.is === 'slow' ? Number.POSITIVE_INFINITY : 1))) return null;
    this.#struck.set(place, struck + 1);
    return fault;
  }
}

/** An id from which the step of a call can be read again when the call comes back in a client's history. */
export const callId = (step: number, unique: string): string => `call_s${step}_${unique}`;

/** The id of a call that only looks for a tool; it belongs to no step. */
export const lookId = (unique: string): string => `call_look_${unique}`;

/** What the model says when a step has it neither say nor do anything. */
export const nothingMore = 'Done.';

/**
 * Where a history stands. Calls name their step; what was only said is found by its text; a call without a name of ours (a
 * client that makes its own ids) counts as the next step. Anything else was put there by the client itself.
 */
function afterHistory(steps: readonly Step[], past: readonly PastTurn[]): number {
  let next = 0;
  for (const { say, calls } of past) {
    const known = calls.flatMap((id) => /^call_s(\d+)_/.exec(id)?.[1] ?? []).map(Number);
    if (known.length > 0) next = Math.max(next, ...known.map((step) => step + 1));
    else if (calls.length === 0) next = afterSaying(steps, { say, from: next });
    else if (!calls.every((id) => id.startsWith('call_look_'))) next += 1;
  }
  return next;
}

function afterSaying(steps: readonly Step[], { say, from }: { readonly say: string; readonly from: number }): number {
  const same = ({ say: ours, do: actions }: Step): boolean =>
    actions === undefined && (ours ?? nothingMore).trim() === say.trim();
  const found = steps.findIndex((step, index) => index >= from && same(step));
  return found < 0 ? from : found + 1;
}
