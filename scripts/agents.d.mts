/** A client by its name in `agents.mjs`, whose types these are. */
export type Client = 'codex' | 'claude' | 'gemini' | 'opencode' | 'copilot' | 'claude-acp' | 'codex-acp';

type Pin = {
  readonly package: string;
  readonly version: string;
  readonly program: string;
  /** Every run of the tests in CI has it. */
  readonly usual: boolean;
};

export declare const home: string;
export declare const agents: Readonly<Record<Client, Pin>>;
export declare const programOf: (name: Client) => string | null;
export declare const isInstalled: (name: Client) => boolean;
