import { type Fields, fields, list, text } from './json.ts';
import type { Refusal, Usage, Why } from './script.ts';

/** A tool that a request declares. `search` is how a client offers tools that it does not list. */
export type Tool = {
  readonly name: string;
  readonly namespace: string | null;
  readonly kind: 'function' | 'custom' | 'search';
  readonly properties: Fields;
  readonly required: readonly string[];
};

/** A call of a tool; the input of a custom tool is one text. */
export type Call = {
  readonly id: string;
  readonly tool: Pick<Tool, 'name' | 'namespace' | 'kind'>;
  readonly input: Fields | string;
};

/** What the model answers, before a vendor's shape is put on it. */
export type Turn = {
  readonly think: string;
  readonly say: string;
  readonly calls: readonly Call[];
  readonly usage: Usage;
};

/** An earlier answer of the model that a request tells of. */
export type PastTurn = { readonly say: string; readonly calls: readonly string[] };

/** One event of a stream; `event` is its name where the vendor names its events. */
export type WireEvent = { readonly event?: string; readonly data: unknown };

/** An answer in a vendor's shape: as a stream and whole. */
export type Answer = { readonly events: readonly WireEvent[]; readonly whole: unknown };

/** An error in a vendor's shape. */
export type Refused = { readonly status: number; readonly body: unknown; readonly events: readonly WireEvent[] };

export type ProtocolName = 'anthropic' | 'responses' | 'chat' | 'gemini';

/** One vendor's API. */
export type Protocol = {
  readonly name: ProtocolName;
  readonly tools: (body: Fields) => readonly Tool[];
  readonly past: (body: Fields) => readonly PastTurn[];
  readonly answer: (turn: Turn, model: string) => Answer;
  readonly refuse: (refusal: Refusal) => Refused;
  /** Why what is refused is told in a stream that began well: where the vendor does so. */
  readonly streams: (why: Why) => boolean;
};

/** Text in pieces, as models send it. */
export function pieces(whole: string, count = 3): readonly string[] {
  const size = Math.max(1, Math.ceil(whole.length / count));
  const starts = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) => index * size);
  return starts.map((start) => whole.slice(start, start + size));
}

/** Seconds of a `retry-after` header, for vendors that repeat them in the body. */
export const retryAfter_s = ({ headers }: Refusal): number | null => {
  const value = Number(headers?.['retry-after']);
  return Number.isFinite(value) ? value : null;
};

/** Ids differ between any two answers of one process; what they are made of means nothing. */
let made = 0;
export const newId = (prefix: string): string => {
  made += 1;
  return `${prefix}${made.toString(36).padStart(12, '0')}`;
};

/** A tool of the usual shape: a name and a JSON Schema. */
export function functionTool(name: unknown, schema: unknown, namespace: string | null = null): readonly Tool[] {
  if (typeof name !== 'string') return [];
  const { properties, required } = fields(schema);
  return [{ name, namespace, kind: 'function', properties: fields(properties), required: list(required).map(text) }];
}
