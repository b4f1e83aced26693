import type { Socket } from 'node:net';
import type { Stream } from '@agentclientprotocol/sdk';

/** What an agent sends besides requests and answers. */
type StreamEvents = {
  /** Any message at all has come. */
  onMessage(): void;
  /** The `update` of a `session/update`. Read here, leniently, so that a newer agent's kinds do no harm. */
  onUpdate(update: unknown): void;
  /** A line that is no message: agents print log lines too. */
  onUnknown(line: string): void;
  /** The agent has closed its side. */
  onEnd(): void;
};

/** Longer lines end the conversation: nothing honest is that long, and it would be held in memory whole. */
const lineBytes_max = 8 * 1024 * 1024;

/**
 * The agent's socket as a stream of JSON-RPC messages, one a line. Only what the protocol library can make something of
 * is let through to it, since it prints complaints about the rest to our own standard error.
 */
export const messageStream = (socket: Socket, events: StreamEvents): Stream => {
  const sent = new Set<unknown>();
  let isOver = false;
  const readable = new ReadableStream<Message>({
    start(controller) {
      const lines = new Lines((line) => {
        const message = parsed(line);
        if (message === null) return events.onUnknown(line);
        events.onMessage();
        if (message.method === 'session/update') return events.onUpdate(fieldOf(fieldOf(message, 'params'), 'update'));
        const accepted = isOver ? null : acceptable(message, sent);
        if (accepted !== null) controller.enqueue(accepted);
      });
      const read = (chunk: Buffer): void => {
        if (lines.push(chunk)) return;
        isOver = true;
        socket.off('data', read).resume();
        controller.error(new Error(`the agent sent a line of more than ${lineBytes_max} bytes`));
      };
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        events.onEnd();
        controller.close();
      };
      socket.on('data', read);
      socket.once('end', end);
      socket.once('close', end);
      // It was paused until now, so that nothing it sent early could get lost.
      socket.resume();
    },
    cancel: () => {
      isOver = true;
    },
  });
  const writable = new WritableStream<Message>({
    write: (message) => {
      if (message.method !== undefined) sent.add(message.id);
      socket.write(`${JSON.stringify(message)}\n`);
    },
  });
  // Writing to an agent that has just died fails here; its exit, just behind, is what is acted upon.
  socket.on('error', () => undefined);
  return { readable, writable } as unknown as Stream;
};

type Message = Readonly<Record<string, unknown>> & {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly error?: unknown;
};

/** A property of something that came from outside; undefined when it is no object or has none. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value ? (value as Message)[name] : undefined;

/** Requests, and answers to what we asked. An answer without content becomes an error, or its asker would wait for ever. */
const acceptable = (message: Message, sent: Set<unknown>): Message | null => {
  const { id, method, error } = message;
  if (typeof id !== 'string' && typeof id !== 'number') return null;
  if (typeof method === 'string') return { ...message, jsonrpc: '2.0' };
  if (!sent.delete(id)) return null;
  const isError = typeof fieldOf(error, 'code') === 'number' && typeof fieldOf(error, 'message') === 'string';
  if (isError || (error === undefined && 'result' in message)) return { ...message, jsonrpc: '2.0' };
  return { jsonrpc: '2.0', id, error: { code: -32603, message: 'the agent sent an answer without content' } };
};

const parsed = (line: string): Message | null => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Message) : null;
  } catch {
    return null;
  }
};

class Lines {
  readonly #onLine: (line: string) => void;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** False once a line is too long; what it held is dropped. */
  push(chunk: Buffer): boolean {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#parts.push(chunk.subarray(from, end));
      const line = Buffer.concat(this.#parts).toString('utf8').trim();
      this.#parts = [];
      this.#length = 0;
      from = end + 1;
      if (line !== '') this.#onLine(line);
    }
    this.#parts.push(chunk.subarray(from));
    this.#length += chunk.length - from;
    if (this.#length <= lineBytes_max) return true;
    this.#parts = [];
    return false;
  }
}
