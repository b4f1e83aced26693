import { Readable, Writable } from 'node:stream';
import {
  type AgentContext,
  agent,
  methods,
  ndJsonStream,
  RequestError,
  type RequestPermissionResponse,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import type { Ending, Stage } from './stage.ts';

/** Plays `script` as the answer to the first prompt, as a real agent of the Agent Client Protocol; ends with its input. */
export const serveAcp = async (script: (stage: Stage) => Promise<Ending>): Promise<void> => {
  const stream = ndJsonStream(
    Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
    Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
  );
  let isAskable = false;
  const connection = agent({ name: 'branchline-fake-agent' })
    .onRequest(methods.agent.initialize, ({ params }) => {
      isAskable = (params.clientCapabilities?.elicitation?.form ?? null) !== null;
      return { protocolVersion: params.protocolVersion, agentCapabilities: {} };
    })
    .onRequest(methods.agent.session.new, () => ({ sessionId: 'fake-session' }))
    .onRequest(methods.agent.session.prompt, async ({ client, params }) => {
      let answer: (stopReason: string) => void = () => undefined;
      const early = new Promise<string>((settle) => {
        answer = settle;
      });
      const stage = acpStage(client, { sessionId: params.sessionId, isAskable, answer });
      const ended = script(stage).then(answerFor);
      return { stopReason: (await Promise.race([early, ended])) as 'end_turn' };
    })
    .onNotification(methods.agent.session.cancel, () => process.exit(0))
    .connect(stream);
  await connection.closed;
};

const answerFor = (ending: Ending): string => {
  if (ending.is === 'error') throw new RequestError(ending.code, ending.message);
  if (ending.is === 'exit' && ending.code !== 0) process.exit(ending.code);
  return 'end_turn';
};

type Session = {
  readonly sessionId: string;
  readonly isAskable: boolean;
  readonly answer: (stopReason: string) => void;
};

const acpStage = (client: AgentContext, { sessionId, isAskable, answer }: Session): Stage => {
  let calls = 0;
  const update = (one: SessionUpdate): Promise<void> => notify(client, one, sessionId);
  return {
    say: (text) => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: `${text}\n` } }),
    plan: (items) =>
      update({
        sessionUpdate: 'plan',
        entries: items.map(({ text, done }) => ({
          content: text,
          priority: 'medium',
          status: done ? 'completed' : 'pending',
        })),
      }),
    tool: ({ kind, title, paths, status }) => {
      const toolCallId = `call-${status === 'completed' ? calls : ++calls}`;
      const locations = paths.map((path) => ({ path }));
      const sessionUpdate = status === 'completed' ? 'tool_call_update' : 'tool_call';
      return update({ sessionUpdate, toolCallId, kind: kind as 'edit', title, locations, status });
    },
    permission: async (title, paths) => {
      const { outcome } = await client.request<RequestPermissionResponse>(methods.client.session.requestPermission, {
        sessionId,
        toolCall: { toolCallId: `call-${++calls}`, title, kind: 'edit', locations: paths.map((path) => ({ path })) },
        options: [
          { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
          { optionId: 'always', name: 'Always allow', kind: 'allow_always' },
          { optionId: 'no', name: 'Reject', kind: 'reject_once' },
        ],
      });
      return outcome.outcome === 'selected' && outcome.optionId !== 'no';
    },
    ask: async (message) => {
      const requestedSchema = { type: 'object' as const, properties: { answer: { type: 'string' as const } } };
      if (isAskable)
        await client.request(methods.client.elicitation.create, { sessionId, mode: 'form', message, requestedSchema });
    },
    heartbeat: (kind) =>
      kind === 'compact'
        ? update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Compacting…' } })
        : update({ sessionUpdate: 'usage_update', used: 1, size: 2 }),
    result: async (stopReason) => answer(stopReason),
  };
};

const notify = (client: AgentContext, update: SessionUpdate, sessionId: string): Promise<void> =>
  client.notify(methods.client.session.update, { sessionId, update });
