import type { AgentUse, BudgetLevel, Cap, ModeUse, Plan, QuestionRules } from '../core/plan.ts';
import type { SystemName } from '../core/state-words.ts';

/** An alias as it is written: `agent` null is whoever works with its model, else the default. */
export type AliasDraft = {
  readonly agent: string | null;
  readonly model: string | null;
  readonly prompt: string | null;
};

/** What stands beside the plan file: settings of the user, and what was said on the command line. */
export type PlanSettings = {
  readonly agent?: string;
  /** null: unlimited. */
  readonly max?: number | null;
  readonly maxReadonly?: number | null;
  readonly use?: Readonly<Record<string, AgentUse>>;
  readonly aliases?: Readonly<Record<string, AliasDraft>>;
  readonly families?: Readonly<Record<string, string>>;
  readonly modes?: Readonly<Record<string, Partial<ModeUse>>>;
  readonly questions?: Partial<QuestionRules>;
  readonly budget?: Partial<Record<BudgetLevel, Partial<Cap>>>;
  readonly notify?: Partial<Plan['notify']>;
  readonly profile?: SystemName;
};

/** `over` wins over the plan (flags, environment); `under` fills what the plan leaves open (configuration files). */
export type Surroundings = {
  readonly over?: PlanSettings;
  readonly under?: PlanSettings;
  /** Known agents that this machine has, the first of which works if nobody says who does; not given: nobody looked. */
  readonly installed?: readonly string[];
};
