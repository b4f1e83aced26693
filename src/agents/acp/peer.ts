import type { Duplex } from 'node:stream';
import { err, ok, type Result } from '../../core/result.ts';
import { fieldOf, textOf } from '../json.ts';
import { LINE_BYTES_MAX, Lines } from '../json-lines.ts';

/** An answer that is an error. */
export type Refusal = { readonly code: number; readonly message: string; readonly data: unknown };

/** What becomes of a request. `closed`: the agent closed its side before it had answered. */
export type Answer = Result<
  unknown,
  | ({ readonly is: 'refused' } & Refusal)
  | { readonly is: 'closed' }
  | { readonly is: 'broken'; readonly message: string }
>;

/** What the agent says by itself. */
export type PeerListener = {
  /** Any message at all has come. */
  onMessage(): void;
  onNotification(method: string, params: unknown): void;
  onRequest(method: string, params: unknown): Promise<Result<unknown, Refusal>>;
  /** A line that is no message: agents print log lines too. */
  onUnknown(line: string): void;
};

export interface Peer {
  request(method: string, params: unknown): Promise<Answer>;
  notify(method: string, params: unknown): void;
  /** Hears and says nothing more; what is still waited for counts as closed. */
  close(): void;
}

export const METHOD_UNKNOWN = -32601;

/**
 * The other end of a stream of JSON-RPC messages, one a line. It takes whatever comes: a message that is missing something,
 * a kind that a newer agent has invented and a line that is no message at all must not end an attempt.
 */
export const peerOn = (stream: Duplex, listener: PeerListener): Peer => {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  let isOver = false;
  const send = (message: Readonly<Record<string, unknown>>): void => {
    if (!isOver && stream.writable) stream.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const finish = (why: Answer): void => {
    if (isOver) return;
    isOver = true;
    stream.off('data', read).resume();
    for (const settle of waiting.values()) settle(why);
    waiting.clear();
  };
  const serve = async (id: unknown, method: string, params: unknown): Promise<void> => {
    const answer = await listener.onRequest(method, params);
    send(answer.ok ? { id, result: answer.value } : { id, error: answer.error });
  };
  const settle = (message: object): void => {
    const id = fieldOf(message, 'id');
    const asker = typeof id === 'number' ? waiting.get(id) : undefined;
    if (asker === undefined || typeof id !== 'number') return;
    waiting.delete(id);
    asker(answerIn(message));
  };
  const lines = new Lines((line) => {
    if (isOver) return;
    const message = messageIn(line);
    if (message === null) return listener.onUnknown(line);
    listener.onMessage();
    const method = fieldOf(message, 'method');
    const id = fieldOf(message, 'id');
    if (typeof method !== 'string') return settle(message);
    const params = fieldOf(message, 'params');
    if (typeof id === 'string' || typeof id === 'number') void serve(id, method, params);
    else listener.onNotification(method, params);
  });
  const read = (chunk: Buffer): void => {
    if (lines.push(chunk)) return;
    const message = `The agent sent a line of more than ${LINE_BYTES_MAX} bytes.`;
    finish(err({ is: 'broken', message }));
  };
  const close = (): void => finish(err({ is: 'closed' }));
  stream.on('data', read);
  stream.once('end', close);
  stream.once('close', close);
  // Writing to an agent that has just died fails here; its exit, just behind, is what is acted upon.
  stream.on('error', () => undefined);
  // It was paused until now, so that nothing it sent early could get lost.
  stream.resume();
  return {
    request: (method, params) =>
      new Promise((resolve) => {
        if (isOver) return resolve(err({ is: 'closed' }));
        const id = ++last;
        waiting.set(id, resolve);
        send({ id, method, params });
      }),
    notify: (method, params) => send({ method, params }),
    close,
  };
};

/** An answer without content is an error, or whoever reads it would take nothing for something. */
const answerIn = (message: object): Answer => {
  const error = fieldOf(message, 'error');
  if (error === undefined && 'result' in message) return ok(message.result);
  const code = fieldOf(error, 'code');
  const said = textOf(fieldOf(error, 'message'));
  return err({
    is: 'refused',
    code: typeof code === 'number' ? code : -32603,
    message: said === '' ? 'The agent sent an answer without content.' : said,
    data: fieldOf(error, 'data'),
  });
};

const messageIn = (line: string): object | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
};
