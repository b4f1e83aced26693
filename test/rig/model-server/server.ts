import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Accounts, type Limits } from './accounts.ts';
import { cwdOf } from './cwd.ts';
import { deliver } from './deliver.ts';
import { Gates } from './gates.ts';
import { modelList } from './models.ts';
import { Progress } from './progress.ts';
import { newId } from './protocol.ts';
import { type Recorded, Records } from './records.ts';
import { type Asked, askedBy } from './route.ts';
import type { Refusal, Script } from './script.ts';
import { type Reply, replyOf, sideReply } from './turn.ts';

/** Scripts by their ids, which are part of addresses and keys. */
export type Scripts = Readonly<Record<string, Script>>;

/**
 * A model that says what a script tells it to, for real clients: Anthropic Messages, OpenAI Responses and Chat Completions,
 * Gemini. It listens on the loopback interface alone.
 */
export class ModelServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #startedAt = performance.now();
  readonly #records = new Records();
  readonly #gates = new Gates();
  readonly #accounts: Accounts;
  readonly #scripts = new Map<string, Progress>();
  readonly #broken: unknown[] = [];

  private constructor(scripts: Scripts, limits: Limits) {
    this.#accounts = new Accounts(limits);
    for (const [id, script] of Object.entries(scripts)) this.set(id, script);
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(scripts: Scripts = {}, limits: Limits = {}): Promise<ModelServer> {
    const server = new ModelServer(scripts, limits);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  /** The address to give to the client that follows this script; without one, its key or a mark in its brief decides. */
  url(id?: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${id === undefined ? '' : `/s/${encodeURIComponent(id)}`}`;
  }

  /** Puts a script in place of whatever had this id, at its beginning. */
  set(id: string, script: Script): void {
    this.#scripts.set(id, new Progress(script));
  }

  /** Everything that was asked for, in order. */
  requests(id?: string): readonly Recorded[] {
    return this.#records.all.filter(({ script }) => id === undefined || script === id);
  }

  /** The n-th request of a script that declares tools, as soon as it has come. */
  request(id: string, n = 1): Promise<Recorded> {
    return this.#records.wait(`request ${n} of ${id}`, (record) => record.script === id && record.n === n);
  }

  /** The same request, as soon as its answer has ended in whatever way. */
  answered(id: string, n = 1): Promise<Recorded> {
    const is = (record: Recorded) => record.script === id && record.n === n && record.ended !== null;
    return this.#records.wait(`the end of request ${n} of ${id}`, is);
  }

  /** As soon as so many answers wait at a gate. */
  waiting(gate: string, count = 1): Promise<void> {
    return this.#gates.waiting(gate, count);
  }

  /** Lets through who waits at a gate, and who comes later. */
  open(gate: string): void {
    this.#gates.open(gate);
  }

  /** The most calls that were answered at once, with one key or in all. */
  peak(key?: string): number {
    return this.#accounts.peak(key);
  }

  /** Breaks off what is still going on. A mistake of the server itself comes out here at the latest. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    this.#gates.openAll();
    await closed;
    this.#records.close();
    if (this.#broken.length > 0) throw new AggregateError(this.#broken, 'The model server could not answer');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(await askedBy(request), response);
    } catch (error) {
      // A client that left while it was still sending is no mistake of ours.
      if (!request.destroyed || request.complete) this.#broken.push(error);
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    }
  }

  async #answer(asked: Asked, response: ServerResponse): Promise<void> {
    if (asked.wish === 'call') return this.#call(asked, response);
    const record = this.#record(asked, { kind: asked.wish, n: null });
    if (asked.wish === 'models') return this.#send(response, record, modelList(asked.protocol.name));
    const tokens = Math.ceil(asked.said.length / 4);
    if (asked.wish === 'count') return this.#send(response, record, { input_tokens: tokens, totalTokens: tokens });
    record.status = asked.path === '/' ? 200 : 404;
    return this.#send(response, record, {});
  }

  async #call(asked: Asked, response: ServerResponse): Promise<void> {
    const tools = asked.protocol.tools(asked.body);
    const script = this.#scripts.get(asked.script);
    const isSide = tools.length === 0;
    if (!isSide && script !== undefined) script.requests += 1;
    const n = isSide ? null : (script?.requests ?? 0);
    const record = this.#record(asked, { kind: isSide ? 'side' : 'call', n, tools: tools.map(({ name }) => name) });
    if (!this.#accounts.enter(asked.account)) {
      record.fault = 'limit';
      return this.#refuse(response, record, { asked, refusal: tooMany });
    }
    response.once('close', () => this.#accounts.leave(asked.account));
    if (script === undefined) return this.#refuse(response, record, { asked, refusal: noScript(asked.script) });
    const reply = isSide ? sideReply(script.script, asked) : replyOf(script, { asked, tools, n: n ?? 0 });
    await this.#tell(response, record, { asked, reply });
  }

  async #tell(
    response: ServerResponse,
    record: Recorded,
    { asked, reply }: { readonly asked: Asked; readonly reply: Reply },
  ): Promise<void> {
    const { fault } = reply;
    record.step = reply.step;
    record.missed = reply.missed;
    record.fault = fault?.is ?? null;
    if (fault?.is === 'refuse') return this.#refuse(response, record, { asked, refusal: fault });
    record.status = 200;
    this.#records.changed();
    if (reply.gate !== null) await this.#gates.pass(reply.gate);
    const answer = asked.protocol.answer(reply.turn, asked.model);
    const headers = { 'request-id': newId('req_'), ...reply.headers };
    record.ended = await deliver(response, { answer, as: asked.delivery, headers, fault });
    this.#records.changed();
  }

  async #refuse(
    response: ServerResponse,
    record: Recorded,
    { asked, refusal }: { readonly asked: Asked; readonly refusal: Refusal },
  ): Promise<void> {
    const { status, body, events } = asked.protocol.refuse(refusal);
    const isStreamed = asked.delivery === 'stream' && (refusal.streamed ?? asked.protocol.streams(refusal.why));
    if (!isStreamed) {
      record.status = status;
      return this.#send(response, record, body, refusal.headers);
    }
    record.status = 200;
    const answer = { events, whole: body };
    record.ended = await deliver(response, { answer, as: 'stream', headers: refusal.headers ?? {}, fault: null });
    this.#records.changed();
  }

  async #send(response: ServerResponse, record: Recorded, body: unknown, headers = {}): Promise<void> {
    record.status ??= 200;
    this.#records.changed();
    response.writeHead(record.status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
    if (!response.closed) await once(response, 'close');
    record.ended = response.writableFinished ? 'told' : 'left';
    this.#records.changed();
  }

  #record(asked: Asked, more: Pick<Recorded, 'kind' | 'n'> & { readonly tools?: readonly string[] }): Recorded {
    const { script, method, path, account, model, body, said } = asked;
    const known = { script, method, path, account, model, body, said, protocol: asked.protocol.name };
    const at_ms = performance.now() - this.#startedAt;
    const open = { step: null, fault: null, missed: [], status: null, ended: null };
    const record: Recorded = { ...known, at_ms, cwd: cwdOf(said), tools: [], ...open, ...more };
    this.#records.add(record);
    return record;
  }
}

const tooMany: Refusal = { is: 'refuse', why: 'rate', headers: { 'retry-after': '1' } };

const noScript = (id: string): Refusal => ({ is: 'refuse', why: 'request', message: `There is no script "${id}"` });
