import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { McpServerStdio } from '@agentclientprotocol/sdk';

type Message = { readonly id?: number; readonly result?: unknown; readonly error?: { readonly message?: string } };
type ToolAnswer = { readonly content?: readonly { readonly text?: string }[]; readonly isError?: boolean };

/** Starts a server of tools, calls one of them, and returns the words of its answer. */
export const callTool = async (
  { command, args, env }: Pick<McpServerStdio, 'command' | 'args' | 'env'>,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const own = Object.fromEntries(env.map((one) => [one.name, one.value]));
  const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...own } });
  const answers = new Map<number, (message: Message) => void>();
  const gone = new Promise<never>((_, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`The server of the tool "${name}" left with ${code}.`)));
  });
  gone.catch(() => undefined);
  createInterface({ input: server.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Message;
    answers.get(message.id ?? -1)?.(message);
  });
  const tell = (message: object): boolean => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask = async (id: number, method: string, params: object): Promise<unknown> => {
    const answered = new Promise<Message>((settle) => answers.set(id, settle));
    tell({ id, method, params });
    const { result, error } = await Promise.race([answered, gone]);
    if (error !== undefined) throw new Error(error.message ?? 'The tool failed.');
    return result;
  };
  const clientInfo = { name: 'branchline-fake-agent', version: '0' };
  await ask(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
  tell({ method: 'notifications/initialized' });
  const answer = (await ask(2, 'tools/call', { name, arguments: given })) as ToolAnswer;
  server.stdin.end();
  return (answer.content ?? []).map(({ text = '' }) => text).join('\n');
};
