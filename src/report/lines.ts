import type { Entry } from '../core/event.ts';
import { isTaskEvent } from '../core/event.ts';
import { utc } from './duration.ts';
import { eventText } from './event-text.ts';
import { visible } from './visible.ts';

/**
 * An entry as one plain line without its line end, for logs and pipes: `TIME TYPE TASK#ATTEMPT text`, the first three
 * words stable and free of spaces, `-` in the place of the task where the event concerns the whole run.
 */
export function lineOf({ at, event }: Entry): string {
  const who = isTaskEvent(event) ? `${visible(event.task).replaceAll(' ', '\u2423')}#${event.attempt}` : '-';
  return `${utc(at)} ${event.type} ${who} ${visible(eventText(event))}`;
}
