import { script } from '@bomb.sh/tab';
import { word } from '../input.ts';
import type { Act } from '../world-port.ts';

export const act: Act = (_world, input) => {
  script(word(input, 'shell'), 'branchline', 'branchline');
  return Promise.resolve(0);
};
