import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Failure } from '../core/failure.ts';
import type { AgentEvent, AgentSpec } from '../core/ports/agent.ts';
import type { Clock } from '../core/time.ts';
import { visible } from '../process/visible.ts';
import { permissionFor } from './acp-permission.ts';
import { fieldOf, messageStream } from './acp-stream.ts';
import { eventOf } from './acp-update.ts';
import { asked, failed, type Outcome } from './ending.ts';
import { limitIn } from './limit-text.ts';

type Conversation = {
  readonly stream: Socket;
  readonly spec: AgentSpec;
  readonly clock: Clock;
  readonly on: (event: AgentEvent) => void;
  /** What the agent wrote into its report file; empty when nothing. */
  readonly report: () => Promise<string>;
};

/**
 * One session and one turn with the brief, to its end. Never rejects; pends for as long as the agent neither finishes nor
 * closes its side. null: it closed its side before it had answered, so how its process ended says more.
 */
export const converse = async (conversation: Conversation): Promise<Outcome | null> => {
  const { stream, spec, clock } = conversation;
  const heard = listen(conversation);
  // Loaded only here: a run without such agents does without it.
  const { client, methods, PROTOCOL_VERSION } = await import('@agentclientprotocol/sdk');
  const connection = client({ name: 'branchline' })
    .onRequest(methods.client.session.requestPermission, async ({ params }) => {
      const { event, response } = await permissionFor(spec.cwd, params);
      conversation.on(event);
      return response;
    })
    .onRequest(methods.client.elicitation.create, ({ params }) => {
      heard.question = visible(params.message);
      return { action: 'cancel' };
    })
    .connect(messageStream(stream, heard));
  try {
    const { agent } = connection;
    await agent.request(methods.agent.initialize, {
      protocolVersion: PROTOCOL_VERSION,
      clientInfo: { name: 'branchline', version: '0' },
      clientCapabilities: {
        fs: { readTextFile: false, writeTextFile: false },
        terminal: false,
        elicitation: { form: {} },
      },
    });
    const { sessionId } = await agent.request(methods.agent.session.new, { cwd: spec.cwd, mcpServers: [] });
    const prompt = [{ type: 'text' as const, text: await readFile(spec.brief, 'utf8') }];
    const answer: unknown = await agent.request(methods.agent.session.prompt, { sessionId, prompt });
    const stopReason = String(fieldOf(answer, 'stopReason'));
    return await outcomeOf(stopReason, heard, conversation);
  } catch (error) {
    // It asked, and left or fell when it got no answer: a person must be asked all the same.
    if (heard.question !== null) return { is: 'question', asked: asked(heard.question) };
    const isAnswer = fieldOf(error, 'code') !== undefined;
    return heard.hasEnded && !isAnswer ? null : failed(failureFrom(error, clock));
  } finally {
    connection.close();
  }
};

const claimLength_max = 4096;

/** What the agent has said so far. */
type Heard = ReturnType<typeof listen>;

const listen = ({ on }: Conversation) => {
  let hasStarted = false;
  const heard = {
    /** The message after the last tool call: an agent's closing words. */
    text: '',
    question: null as string | null,
    hasEnded: false,
    onEnd: (): void => {
      heard.hasEnded = true;
    },
    onMessage: (): void => {
      if (!hasStarted) on({ type: 'started' });
      hasStarted = true;
    },
    onUpdate: (update: unknown): void => {
      const event = eventOf(update);
      if (event?.type === 'tool') heard.text = '';
      if (event?.type === 'text' && heard.text.length < claimLength_max * 4) heard.text += event.text;
      if (event !== null) on(event);
    },
    onUnknown: (line: string): void => on({ type: 'unknown', raw: visible(line.slice(0, 300)) }),
  };
  return heard;
};

const outcomeOf = async (stopReason: string, heard: Heard, { clock, report }: Conversation): Promise<Outcome> => {
  if (heard.question !== null) return { is: 'question', asked: asked(heard.question) };
  const text = heard.text.trim();
  if (stopReason === 'max_tokens')
    return failed({ reason: 'context-full', message: text.slice(-300) || 'The agent used up its tokens.' });
  if (stopReason !== 'end_turn')
    return failed({
      reason: 'agent-error',
      message: `The agent ended its turn with "${visible(stopReason)}". ${text}`.trim(),
    });
  // Some agents end their turn as if all were well and put the vendor's error into the chat.
  if (/^(?:(?:api )?error:|exceeded retry limit)/i.test(text)) return failed(saidFailure(text, clock));
  return { is: 'report', claim: (await report()) || text.slice(-claimLength_max) };
};

const saidFailure = (text: string, clock: Clock): Failure =>
  limitIn(text, clock.now()) ?? { reason: 'agent-error', message: text.slice(0, 1000) };

/** JSON-RPC code with which agents ask for a login first. */
const authRequired = -32000;

const failureFrom = (error: unknown, clock: Clock): Failure => {
  const said = error instanceof Error ? error.message : String(error);
  const data = fieldOf(error, 'data');
  const text = visible(data === undefined ? said : `${said} ${typeof data === 'string' ? data : JSON.stringify(data)}`);
  const limit = limitIn(text, clock.now());
  if (limit !== null) return limit;
  if (fieldOf(error, 'code') === authRequired) return { reason: 'login', message: text.slice(0, 300) };
  return { reason: 'agent-error', message: text.slice(0, 1000) };
};
