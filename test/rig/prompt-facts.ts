import { checkPlan } from '../../src/core/check.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { PromptFacts } from '../../src/formats/prompts/facts.ts';
import { launchOrder } from '../../src/formats/prompts/order.ts';
import { readPlan } from '../../src/plans/read.ts';

/** What prompts are made of, for a plan in a repository `payments` whose `main` holds the plan and both guides. */
export function promptFacts(plan: Plan, change: Partial<PromptFacts> = {}): PromptFacts {
  const facts = { paths: [], ignoreCase: false, missingBriefs: [], existingBranches: [], environment: [] };
  const report = checkPlan(plan, facts);
  return {
    style: 'tracks',
    plan,
    report,
    order: launchOrder(plan, report, facts),
    base: 'main',
    target: 'main',
    project: 'payments',
    root: '/home/dana/src/payments',
    planFile: 'plan.yaml',
    planCommitted: true,
    guides: ['CLAUDE.md', 'AGENTS.md'],
    briefs: new Map(),
    planLink: null,
    label: null,
    standIn: null,
    ...change,
  };
}

/** The same of a plan as text. */
export function promptFactsOf(text: string, change: Partial<PromptFacts> = {}): PromptFacts {
  const { plan, diagnostics } = readPlan(text, 'plan.yaml', { installed: ['claude'] });
  if (plan === null) throw new Error(diagnostics.map(({ what }) => what).join('\n'));
  return promptFacts(plan, change);
}
