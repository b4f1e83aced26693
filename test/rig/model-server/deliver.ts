import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as after_ms } from 'node:timers/promises';
import type { Answer, WireEvent } from './protocol.ts';
import type { Asked } from './route.ts';
import type { Fault } from './script.ts';

/** What is sent, and how. */
export type Delivery = {
  readonly answer: Answer;
  readonly as: Asked['delivery'];
  readonly headers: Readonly<Record<string, string>>;
  readonly fault: Exclude<Fault, { is: 'refuse' }> | null;
};

/** Sends an answer, or as much of it as its fault lets through; says how it ended. */
export async function deliver(response: ServerResponse, delivery: Delivery): Promise<'told' | 'cut' | 'left'> {
  const { fault, as, headers } = delivery;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  if (response.closed) return 'left';
  if (fault?.is === 'slow') await pause(fault.before_ms ?? 0, gone.signal);
  const last = fault?.is === 'cut' || fault?.is === 'hang' ? (fault.after ?? -1) : Number.POSITIVE_INFINITY;
  if (last >= 0) {
    const type = as === 'stream' ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', ...headers });
    response.flushHeaders();
  }
  const parts = partsOf(delivery);
  for (const part of parts.slice(0, Math.max(0, last))) {
    if (gone.signal.aborted) return 'left';
    await written(response, part);
    if (fault?.is === 'slow') await pause(fault.each_ms ?? 0, gone.signal);
  }
  return end(response, fault);
}

async function end(response: ServerResponse, fault: Delivery['fault']): Promise<'told' | 'cut' | 'left'> {
  if (fault?.is === 'cut') {
    response.destroy();
    return 'cut';
  }
  if (fault?.is === 'hang') {
    if (!response.closed) await once(response, 'close');
    return 'left';
  }
  if (response.closed) return 'left';
  response.end();
  await once(response, 'close');
  return response.writableFinished ? 'told' : 'left';
}

/** A whole answer is sent in two halves, so that it can be broken as well. */
function partsOf({ answer, as }: Delivery): readonly string[] {
  if (as === 'stream') return answer.events.map(eventText);
  const whole = JSON.stringify(as === 'array' ? answer.events.map(({ data }) => data) : answer.whole);
  const middle = Math.ceil(whole.length / 2);
  return [whole.slice(0, middle), whole.slice(middle)];
}

const eventText = ({ event, data }: WireEvent): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** Resolves when the text is on its way: breaking the connection afterwards takes nothing back. */
const written = (response: ServerResponse, part: string): Promise<void> =>
  new Promise((resolve) => {
    response.write(part, () => resolve());
  });

/** Waits, but not for a client that has left. */
async function pause(wait_ms: number, signal: AbortSignal): Promise<void> {
  if (wait_ms <= 0 || signal.aborted) return;
  await after_ms(wait_ms, undefined, { signal }).catch(() => undefined);
}
