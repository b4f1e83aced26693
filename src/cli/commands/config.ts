import { settingsText } from '../../report/host-text.ts';
import { optionalWord } from '../input.ts';
import { outLayout, printJson, refused } from '../print.ts';
import type { Act } from '../world-port.ts';

export const act: Act = async (world, input) => {
  const explained = optionalWord(input, 'action') === 'explain';
  const key = optionalWord(input, 'key');
  if (explained && key === null) {
    return refused(world, { what: 'No setting was named', why: '', next: 'See all of them with: branchline config' });
  }
  const settings = await world.host.settings(key);
  if (key !== null && settings.length === 0) {
    return refused(world, {
      what: `There is no setting ${key}`,
      why: '',
      next: 'See all of them with: branchline config',
    });
  }
  if (world.flags.json) printJson(world, { v: 1, settings });
  else world.io.out(settingsText(settings, { ...outLayout(world), sources: explained }));
  return 0;
};
