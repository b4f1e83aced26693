import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Desk } from '../../src/core/ports/desk.ts';
import { createDesks } from '../../src/desk/desk.ts';
import { builtAgentTools } from '../rig/build.ts';
import { Notes } from '../rig/notes.ts';

/** What a tool said, and whether as an error. */
export type Said = { readonly text: string; readonly isError: boolean };

/** A client with the built tools behind it, as an agent has them. */
export class Tools {
  readonly client: Client;
  readonly #transport: StdioClientTransport;

  private constructor(client: Client, transport: StdioClientTransport) {
    this.client = client;
    this.#transport = transport;
  }

  static async start(env: Readonly<Record<string, string>>, options: ClientOptions = {}): Promise<Tools> {
    const program = await builtAgentTools();
    const transport = new StdioClientTransport({ command: process.execPath, args: [program], env, stderr: 'pipe' });
    const client = new Client({ name: 'a-client', version: '1' }, options);
    await client.connect(transport);
    return new Tools(client, transport);
  }

  get pid(): number {
    return this.#transport.pid ?? 0;
  }

  async call(name: string, given: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<Said> {
    const result = await this.client.callTool({ name, arguments: given }, signal === undefined ? {} : { signal });
    const text = result.content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n');
    return { text, isError: result.isError === true };
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** An attempt's desk, the engine's side of it, and any number of clients on the agent's side. */
export class Office implements AsyncDisposable {
  readonly folder: string;
  readonly notes: Notes;
  readonly desk: Desk;
  readonly #home: string;
  readonly #clients: Tools[] = [];

  private constructor(home: string, folder: string, made: { readonly desk: Desk; readonly notes: Notes }) {
    this.#home = home;
    this.folder = folder;
    this.desk = made.desk;
    this.notes = made.notes;
  }

  static async open(): Promise<Office> {
    const home = await mkdtemp(join(tmpdir(), 'branchline-tools-'));
    const folder = join(home, 'desk');
    await mkdir(folder);
    const notes = new Notes();
    const desk = await createDesks().open(folder, notes.hear);
    return new Office(home, folder, { desk, notes });
  }

  async tools(env: Readonly<Record<string, string>> = {}, options: ClientOptions = {}): Promise<Tools> {
    const tools = await Tools.start({ BRANCHLINE_DESK: this.folder, ...env }, options);
    this.#clients.push(tools);
    return tools;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.desk.close();
    await rm(this.#home, { recursive: true, force: true });
  }
}
