import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { anthropic } from './anthropic.ts';
import { chat } from './chat.ts';
import { gemini } from './gemini.ts';
import { allText, type Fields, fields, text } from './json.ts';
import type { Protocol } from './protocol.ts';
import { responses } from './responses.ts';

/** What a request wants of the server. */
export type Wish = 'call' | 'count' | 'models' | 'unknown';

/** A request as far as it can be understood without a script. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly wish: Wish;
  readonly protocol: Protocol;
  /** The script that the address, the key or a mark in the text names, in this order. */
  readonly script: string;
  /** The key that came with it: whose limits it counts against. */
  readonly account: string;
  readonly model: string;
  readonly delivery: 'stream' | 'array' | 'whole';
  readonly body: Fields;
  /** Every text of the body. */
  readonly said: string;
};

const routes: readonly (readonly [way: RegExp, wish: Wish, protocol: Protocol])[] = [
  [/\/messages\/count_tokens$/, 'count', anthropic],
  [/\/messages$/, 'call', anthropic],
  [/\/responses$/, 'call', responses],
  [/\/chat\/completions$/, 'call', chat],
  [/:(?:streamG|g)enerateContent$/, 'call', gemini],
  [/:countTokens$/, 'count', gemini],
  [/\/v1beta\/models$/, 'models', gemini],
  [/\/models$/, 'models', anthropic],
];

/** Reads a request to its end and says what it wants, of whose script, on whose account. */
export async function askedBy(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, named, rest] = /^\/s\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
  const path = named === undefined ? url.pathname : (rest ?? '/');
  const method = request.method ?? 'GET';
  const account = keyOf(request, url);
  const [, wanted, protocol] = routes.find(([way]) => way.test(path)) ?? [null, 'unknown' as const, anthropic];
  const wish = (method === 'POST') === (wanted === 'models') ? 'unknown' : wanted;
  // What else clients send somewhere need not be JSON.
  const body = wish === 'call' || wish === 'count' ? await bodyOf(request) : {};
  const said = allText(body);
  return {
    method,
    path,
    wish,
    protocol,
    script: decodeURIComponent(named ?? /^sk-test-(.+)$/.exec(account)?.[1] ?? markIn(said) ?? ''),
    account,
    model: text(body['model']) || (/models\/([^:]+):/.exec(path)?.[1] ?? 'scripted'),
    delivery: deliveryOf(path, url, body),
    body,
    said,
  };
}

const markIn = (said: string): string | undefined => /\[\[script:([\w.-]+)\]\]/.exec(said)?.[1];

function deliveryOf(path: string, url: URL, body: Fields): Asked['delivery'] {
  if (path.endsWith(':streamGenerateContent')) return url.searchParams.get('alt') === 'sse' ? 'stream' : 'array';
  return body['stream'] === true ? 'stream' : 'whole';
}

function keyOf({ headers }: IncomingMessage, url: URL): string {
  const [key] = [headers['x-api-key'], headers['x-goog-api-key'], url.searchParams.get('key')].filter(Boolean).flat();
  return key ?? (headers.authorization ?? '').replace(/^Bearer /i, '');
}

async function bodyOf(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const raw = decoded(Buffer.concat(chunks), request.headers['content-encoding']);
  return raw.length === 0 ? {} : fields(JSON.parse(raw.toString()));
}

function decoded(raw: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gunzipSync(raw);
  if (encoding === 'br') return brotliDecompressSync(raw);
  if (encoding === 'deflate') return inflateSync(raw);
  if (encoding === undefined || encoding === 'identity') return raw;
  throw new Error(`Nobody here can read ${encoding}`);
}
