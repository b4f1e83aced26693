import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Speaks as Claude Code does, as fast as it is read: an answer in parts, a tool with leave to use it, and its result, so many
 * times as BENCH_TURNS says. Its work is one small file.
 */
const folder = join(process.cwd(), process.env['BRANCHLINE_TASK'] ?? 'task');
const turns = Number(process.env['BENCH_TURNS'] ?? '0');
const session_id = '00000000-0000-4000-8000-000000000001';
const model = 'claude-sonnet-4-5';
const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 900,
  cache_read_input_tokens: 31_000,
  output_tokens: 214,
};
const words = 'I look at the next file of the task and change what the brief asks for, then go on. '.repeat(3);
const page = 'a line of a file that was read by the agent\n'.repeat(40);

const waiting: ((line: unknown) => void)[] = [];
const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const inSession = (message: object): void => say({ ...message, parent_tool_use_id: null, session_id });
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function hear(line: string): void {
  const message: unknown = JSON.parse(line);
  if (!isObject(message)) return;
  if (message['type'] !== 'control_request') {
    waiting.shift()?.(message);
    return;
  }
  const text = 'Estimated cost:        $0.0100';
  const response = { subtype: 'success', request_id: message['request_id'], response: { text, commands: [] } };
  say({ type: 'control_response', response });
}

const heard = (): Promise<unknown> => new Promise((resolve) => waiting.push(resolve));

async function turn(at: number): Promise<void> {
  const id = `msg_${at}`;
  const part = (event: object): void => inSession({ type: 'stream_event', event });
  const assistant = (content: object): void =>
    inSession({
      type: 'assistant',
      message: { id, type: 'message', role: 'assistant', model, content: [content], usage },
    });
  const input = { file_path: join(folder, `part-${at}.txt`), content: page };
  const tool = `toolu_${at}`;
  part({ type: 'message_start', message: { id, model, usage } });
  for (let count = 0; count < 3; count++) {
    part({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: words.slice(0, 80) } });
  }
  assistant({ type: 'text', text: words });
  assistant({ type: 'tool_use', id: tool, name: 'Write', input });
  part({ type: 'message_delta', usage });
  const answered = heard();
  say({
    type: 'control_request',
    request_id: `ask-${at}`,
    request: { subtype: 'can_use_tool', tool_name: 'Write', input, tool_use_id: tool },
  });
  await answered;
  inSession({
    type: 'user',
    message: { role: 'user', content: [{ tool_use_id: tool, type: 'tool_result', content: page }] },
  });
}

const begun = heard();
createInterface({ input: process.stdin })
  .on('line', hear)
  .on('close', () => process.exit(0));
await begun;
say({ type: 'system', subtype: 'init', cwd: process.cwd(), session_id, model, claude_code_version: '2.1.329' });
for (let at = 0; at < turns; at++) await turn(at);
mkdirSync(folder);
writeFileSync(join(folder, 'done.txt'), 'done\n');
say({ type: 'result', subtype: 'success', is_error: false, result: 'Done.', session_id, total_cost_usd: 0.01, usage });
