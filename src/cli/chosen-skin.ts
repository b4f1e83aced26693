import { SYSTEMS, type SystemName } from '../core/state-words.ts';
import { text } from './input.ts';
import type { Input } from './world-port.ts';

/** The system whose words and shape were asked for; null: our own. */
export function chosenSkin(input: Input): SystemName | null {
  const format = text(input, 'format');
  return SYSTEMS.find((system) => system === format) ?? null;
}
