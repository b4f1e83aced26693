import type { AgentUse, Command } from '../core/plan.ts';
import type { Prices } from '../core/prices.ts';

/**
 * Settings of a person, a machine or a repository, as opposed to a plan. They stand here without their reader, so that
 * a command that finds no configuration file need not load it.
 */
export type Settings = {
  /** Plan that commands take when none is named; null: they look for one. */
  readonly plan: string | null;
  /** null: no agent is the default. */
  readonly defaultAgent: string | null;
  /** Places; null: unlimited; undefined: nobody said, so the plan decides. */
  readonly max: number | null | undefined;
  readonly maxReadonly: number | null | undefined;
  readonly use: Readonly<Record<string, AgentUse>>;
  /** File of a repository that holds its own text for briefs; null: `.branchline/brief.md`, if it is there. */
  readonly briefTemplate: string | null;
  readonly notify: { readonly command: Command | null; readonly webhook: string | null };
  /** Where the interfaces of trackers are. */
  readonly trackers: { readonly github: string; readonly linear: string };
  /** Absolute or with a leading `~/`; null: `$XDG_STATE_HOME/branchline`. */
  readonly stateDir: string | null;
  /** How long the trash is kept. */
  readonly retentionDays: number;
  readonly colour: 'auto' | 'always' | 'never';
  /** How long a run waits for a limit to pass; null: as long as it lasts. */
  readonly maxWait_ms: number | null;
  readonly updateCheckout: boolean;
  /** What models cost this person, by their names. */
  readonly prices: Prices;
  /** null: `$VISUAL`, then `$EDITOR`. */
  readonly editor: Command | null;
};

export const DEFAULT_SETTINGS: Settings = {
  plan: null,
  defaultAgent: null,
  max: undefined,
  maxReadonly: undefined,
  use: {},
  briefTemplate: null,
  notify: { command: null, webhook: null },
  trackers: { github: 'https://api.github.com', linear: 'https://api.linear.app/graphql' },
  stateDir: null,
  retentionDays: 14,
  colour: 'auto',
  maxWait_ms: null,
  updateCheckout: false,
  prices: {},
  editor: null,
};
