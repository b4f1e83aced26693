import type { McpServerStdio, NewSessionResponse } from '@agentclientprotocol/sdk';
import { Past } from './past.ts';
import type { Spending } from './stage.ts';

const UNTOLD: Spending = { fresh: 0, output: 0, cacheRead: 0, cacheWrite: 0, usd: 0 };

/** One session of the scripted agent: what it goes on with, what it was told to work as, and the turn that is on. */
export class AcpSession {
  readonly id: string;
  readonly isResumed: boolean;
  readonly past: Past;
  /** The server with Branchline's tools; undefined: none was given. */
  readonly tools: McpServerStdio | undefined;
  model = modelsThere()[0] ?? '';
  mode = 'default';
  /** What was used in this turn. */
  used = UNTOLD;
  isStopped = false;
  isDeaf = false;
  #prompt = '';
  #end: (stopReason: string) => void = () => undefined;
  #begin: (() => void) | null = null;

  constructor(id: string, isResumed: boolean, servers: readonly unknown[]) {
    this.id = id;
    this.isResumed = isResumed;
    this.past = new Past(id);
    this.tools = servers.find((server): server is McpServerStdio => isStdio(server));
  }

  get values(): Readonly<Record<string, string>> {
    return { PROMPT: this.#prompt, MODEL: this.model, MODE: this.mode, SESSION: this.id };
  }

  /** A turn begins; resolves with the reason why it ended. True where a script waited for it. */
  turn(prompt: string): { readonly wasAwaited: boolean; readonly ended: Promise<string> } {
    this.#prompt = prompt;
    this.past.add('person', prompt);
    this.used = UNTOLD;
    const ended = new Promise<string>((settle) => {
      this.#end = settle;
    });
    const wasAwaited = this.#begin !== null;
    this.#begin?.();
    this.#begin = null;
    return { wasAwaited, ended };
  }

  endTurn(stopReason: string): void {
    this.#end(stopReason);
  }

  nextTurn(stopReason: string): Promise<void> {
    const begun = new Promise<void>((settle) => {
      this.#begin = settle;
    });
    this.#end(stopReason);
    return begun;
  }

  cancel(): void {
    if (this.isDeaf) return;
    this.isStopped = true;
    this.#end('cancelled');
  }

  /** What a client may choose here. */
  get choices(): Pick<NewSessionResponse, 'modes' | 'configOptions'> {
    const modes = ['default', 'plan', 'yolo'].map((id) => ({ id, name: id }));
    const models = modelsThere().map((value) => ({ value, name: value }));
    return {
      modes: { currentModeId: this.mode, availableModes: modes },
      ...(models.length === 0
        ? {}
        : {
            configOptions: [
              {
                type: 'select',
                id: 'model',
                name: 'Model',
                category: 'model',
                currentValue: this.model,
                options: models,
              },
            ],
          }),
    };
  }
}

/** Names of models, with commas between, in BRANCHLINE_FAKE_MODELS; the first is the one that it takes by itself. */
export const modelsThere = (): readonly string[] =>
  (process.env['BRANCHLINE_FAKE_MODELS'] ?? '').split(',').filter((name) => name !== '');

const isStdio = (server: unknown): boolean => typeof server === 'object' && server !== null && 'command' in server;
