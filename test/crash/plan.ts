import type { PlanDraft } from '../rig/plan.ts';

const file = (name: string, more: Record<string, unknown> = {}) => ({
  scope: { may: [name] },
  does: `echo ${name} > ${name}`,
  ...more,
});

/** Whoever comes second finds the other's line, merged or in conflict, and leaves the same text in either case. */
const both = {
  does: 'if [ "$(cat list.txt)" = start ]; then echo "$BRANCHLINE_TASK" > list.txt; else echo both > list.txt; fi',
};

/**
 * Twelve tasks with everything that a run can meet: needs, exclusions, a first attempt that fails, a red check, a
 * conflict, commits of an agent's own, a task without a change. What they leave is the same in whatever order they land.
 */
export const twelveTasks: PlanDraft = {
  plan: 'twelve',
  overlap: 'serialise',
  agents: { max: 4 },
  checks: ['test ! -e red'],
  tasks: {
    base: file('base.txt'),
    api: { ...file('api.txt'), needs: ['base'], does: 'cat base.txt > api.txt' },
    ui: { ...file('ui.txt'), needs: ['api'], does: 'cat api.txt > ui.txt' },
    left: both,
    right: both,
    first: {
      scope: { may: ['shared.txt'] },
      does: 'grep -qx first shared.txt 2>/dev/null || echo first >> shared.txt; sort -o shared.txt shared.txt',
    },
    second: {
      scope: { may: ['shared.txt'] },
      does: 'grep -qx second shared.txt 2>/dev/null || echo second >> shared.txt; sort -o shared.txt shared.txt',
    },
    stumbles: {
      ...file('stumbles.txt'),
      does: '[ "$BRANCHLINE_ATTEMPT" != 1 ] || { echo half > stumbles.txt; exit 9; }; echo whole > stumbles.txt',
    },
    red: {
      scope: { may: ['red', 'green'] },
      does: 'if [ "$BRANCHLINE_ATTEMPT" = 1 ]; then touch red; else rm -f red; echo green > green; fi',
    },
    commits: {
      ...file('commits.txt'),
      does: 'for i in 1 2 3; do echo $i > commits.txt; git add commits.txt; git commit -qm "Step $i"; done',
    },
    audit: { 'no-change': 'It may find nothing', does: 'true' },
    last: { ...file('last.txt'), needs: ['ui', 'commits', 'audit'], does: 'cat ui.txt commits.txt > last.txt' },
  },
};
