import type { AgentEvent } from '../../core/ports/agent.ts';
import type { Clock } from '../../core/time.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf } from '../json.ts';
import { Calls, hasChanged } from './calls.ts';
import { ANY_AGENT, type Profile } from './profile.ts';
import { eventsOf } from './updates.ts';
import { Meter } from './usage.ts';

const TEXT_LENGTH_MAX = 16_384;
/** How long the end of a history may take to come. */
const HISTORY_MS_MAX = 5_000;

type History = { readonly end: (clock: Clock) => Promise<void>; readonly unmute: () => void };

/** What an agent has said so far in one session, told on as it comes. */
export class Heard {
  readonly calls = new Calls();
  /** Known for certain once the agent has said its name. */
  profile: Profile = ANY_AGENT;
  readonly #tell: (event: AgentEvent) => void;
  readonly #usdBefore: number | null;
  meter: Meter;
  /** The message after the last tool call: an agent's closing words. */
  text = '';
  /** The last piece in which they came. */
  lastPiece = '';
  /** Whether it has said anything since it was last refused something. */
  hasSpoken = true;
  hasChangedFiles = false;
  #hasStarted = false;
  #muted: { readonly ended: () => void } | null = null;

  constructor(tell: (event: AgentEvent) => void, usdBefore: number | null) {
    this.#tell = tell;
    this.#usdBefore = usdBefore;
    this.meter = new Meter('turn', usdBefore);
  }

  goBy(profile: Profile): void {
    this.profile = profile;
    this.meter = new Meter(profile.usage, this.#usdBefore);
  }

  message(): void {
    if (!this.#hasStarted) this.#tell({ type: 'started' });
    this.#hasStarted = true;
  }

  unknown(line: string): void {
    this.#tell({ type: 'unknown', raw: visible(line.slice(0, 300)) });
  }

  /** A turn begins: what was said before it is no part of its closing words. */
  turn(): void {
    this.#clear();
    this.hasSpoken = true;
  }

  update(update: unknown): void {
    const kind = fieldOf(update, 'sessionUpdate');
    if (this.#muted !== null) {
      this.calls.told(update);
      if (kind === this.profile.historyEnd) this.#muted.ended();
      return;
    }
    const spent = this.meter.ofUpdate(update);
    for (const event of eventsOf(update, this.calls)) this.#hear(event);
    if (kind === 'tool_call' || kind === 'tool_call_update')
      this.hasChangedFiles ||= hasChanged(this.calls.known(update));
    if (spent !== null) this.#tell({ type: 'spent', spent });
  }

  /** Nothing is told until the history of an old session is over. */
  mute(): History {
    let ended = (): void => undefined;
    const isOver = new Promise<void>((resolve) => {
      ended = resolve;
    });
    this.#muted = { ended };
    const end = async (clock: Clock): Promise<void> => {
      if (this.profile.historyEnd === null) return;
      const waited = new AbortController();
      await Promise.race([isOver, clock.until(clock.now() + HISTORY_MS_MAX, waited.signal)]);
      waited.abort();
    };
    return {
      end,
      unmute: () => {
        this.#muted = null;
      },
    };
  }

  #hear(event: AgentEvent): void {
    if (event.type === 'tool') this.#clear();
    if (event.type === 'text' && this.#isRetry(event.text)) return;
    if (event.type === 'text' && this.text.length < TEXT_LENGTH_MAX) this.text += event.text;
    if (event.type === 'text') this.#spoke(event.text);
    this.#tell(event);
  }

  #clear(): void {
    this.text = '';
    this.lastPiece = '';
  }

  #spoke(piece: string): void {
    this.lastPiece = piece;
    // A program's own remark is nothing that its model has said.
    if (!/^Info: /.test(piece)) this.hasSpoken = true;
  }

  #isRetry(text: string): boolean {
    if (this.profile.saysRetry?.test(text) !== true) return false;
    const of = /context/i.test(text) ? 'context' : 'other';
    this.#tell({ type: 'retry', of, delay_ms: null, message: text.slice(0, 300) });
    return true;
  }
}
