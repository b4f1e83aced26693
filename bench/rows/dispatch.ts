import { relationsOf } from '../../src/core/relations/relations.ts';
import { Chance } from '../../test/simulation/chance.ts';
import { plainPlan, plainTask } from '../../test/simulation/plans.ts';
import type { Row } from '../bench.ts';
import { bound, median } from '../measure.ts';
import { certain } from '../opened.ts';

const TASKS = 2_000;
const AT_WORK = 8;
const LOOKS = 2_000;

/** May this one start now? Asked of pairs that nobody has asked about before, since answers are remembered. */
export const dispatch: Row = {
  name: 'dispatch',
  measure: async () => {
    const chance = new Chance(8);
    const tasks = Array.from({ length: TASKS }, (_, task) =>
      plainTask(`t${task}`, {
        scope: {
          may: [`src/a${chance.below(500)}/**`, `src/b${chance.below(500)}/*.ts`, `docs/${task}.md`],
          mayNot: chance.happens(0.3) ? ['**/generated/**'] : [],
        },
        resources: chance.happens(0.1) ? [`port-${chance.below(20)}`] : [],
      }),
    );
    const relations = certain(relationsOf(plainPlan(tasks, { shared: ['package-lock.json'] }), { ignoreCase: false }));
    relations.excludedBy('t0', ['t1']);
    const times: number[] = [];
    for (let look = 0; look < LOOKS; look++) {
      const held = Array.from({ length: AT_WORK }, (_, at) => `t${(look + 1 + at * 37 + chance.below(29)) % TASKS}`);
      const startedAt = performance.now();
      relations.excludedBy(`t${look % TASKS}`, held);
      times.push(performance.now() - startedAt);
    }
    return [bound({ what: 'one ready task against 8 at work', value: median(times), limit: 0.1, unit: 'ms' })];
  },
};
