import type { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import { listed } from './phrase.ts';

type Known = {
  /** The plan that the run works by; null: it was not told. */
  readonly plan: Plan | null;
  readonly agent: string | null;
  /** Known agents whose program is here; null: nobody looked. */
  readonly installed: readonly string[] | null;
};

/** What there is in place of an agent or a model that is not there, as far as anybody knows; empty: nobody does. */
export function thereInstead(failure: Failure, known: Known): string {
  if (failure.reason === 'agent-missing') return agentsInstead(known);
  return failure.reason === 'unknown-model' ? modelsInstead(failure.model, known) : '';
}

function agentsInstead({ plan, agent, installed }: Known): string {
  const others = Object.keys(plan?.agents.use ?? {}).filter((name) => name !== agent);
  return [
    ...(others.length === 0 ? [] : [`the plan has ${listed(others)} too`]),
    ...(installed === null
      ? []
      : [`installed here: ${installed.length === 0 ? 'none that is known' : listed(installed)}`]),
  ].join('; ');
}

function modelsInstead(model: string, { plan, agent }: Known): string {
  if (plan === null || agent === null) return '';
  const use = plan.agents.use[agent];
  const named = [
    ...(use?.model == null ? [] : [use.model]),
    ...Object.values(use?.tiers ?? {}),
    ...Object.values(plan.agents.aliases).flatMap((alias) =>
      alias.agent === agent && alias.model !== null ? [alias.model] : [],
    ),
  ];
  const others = [...new Set(named)].filter((each) => each !== model);
  return others.length === 0 ? '' : `models that the plan names for ${agent}: ${listed(others)}`;
}
