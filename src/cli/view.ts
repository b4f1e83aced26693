import type { Entry } from '../core/event.ts';
import type { World } from './world-port.ts';

/** What shows a run while it is driven. `entry` is called in order, once per entry; `end` once, after the last. */
export interface View {
  entry(entry: Entry): void;
  /** A sentence for the person beside the events. */
  note(sentence: string): void;
  end(): Promise<void>;
}
export type Watch = { readonly world: World; readonly run: string; readonly after: number };
