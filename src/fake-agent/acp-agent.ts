import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { agent, methods, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';
import { AcpSession, modelsThere } from './acp-session.ts';
import { acpStage, usageOf } from './acp-stage.ts';
import { Past } from './past.ts';
import type { Ending, Stage } from './stage.ts';

/**
 * Plays `script` in the turns of a session, as a real agent of the Agent Client Protocol: it begins with the first prompt,
 * and a later one goes on where a step waits for it. Ends with its input.
 */
export const serveAcp = async (script: (stage: Stage) => Promise<Ending>): Promise<void> => {
  const stream = ndJsonStream(
    Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
    Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
  );
  const sessions = new Map<string, AcpSession>();
  const scripts = new Map<string, Promise<Ending>>();
  let isAskable = false;
  const goOn = ({
    sessionId,
    mcpServers = [],
  }: {
    readonly sessionId: string;
    readonly mcpServers?: readonly unknown[];
  }) => {
    if (!new Past(sessionId).exists) throw new RequestError(-32602, `There is no session ${sessionId}.`);
    const session = new AcpSession(sessionId, true, mcpServers);
    sessions.set(sessionId, session);
    return session.choices;
  };
  const connection = agent({ name: 'branchline-fake-agent' })
    .onRequest(methods.agent.initialize, ({ params }) => {
      isAskable = (params.clientCapabilities?.elicitation?.form ?? null) !== null;
      return {
        protocolVersion: params.protocolVersion,
        agentInfo: { name: 'branchline-fake-agent', version: '1.0.0' },
        agentCapabilities: { loadSession: true, sessionCapabilities: resumeCapability() },
      };
    })
    .onRequest(methods.agent.session.new, ({ params }) => {
      const session = new AcpSession(randomUUID(), false, params.mcpServers);
      sessions.set(session.id, session);
      return { sessionId: session.id, ...session.choices };
    })
    .onRequest(methods.agent.session.load, async ({ params, client }) => {
      const choices = goOn(params);
      await client.notify(methods.client.session.update, history(params.sessionId));
      return choices;
    })
    .onRequest(methods.agent.session.resume, ({ params }) => goOn(params))
    .onRequest(methods.agent.session.setMode, ({ params }) => {
      sessionIn(sessions, params.sessionId).mode = params.modeId;
      return {};
    })
    .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
      const session = sessionIn(sessions, params.sessionId);
      if (!modelsThere().includes(String(params.value)))
        throw new RequestError(-32602, `model not found: ${params.value}`);
      session.model = String(params.value);
      return { configOptions: session.choices.configOptions ?? [] };
    })
    .onRequest(methods.agent.session.prompt, async ({ client, params }) => {
      const session = sessionIn(sessions, params.sessionId);
      const { wasAwaited, ended } = session.turn(
        params.prompt.map((part) => ('text' in part ? part.text : '')).join('\n'),
      );
      if (!wasAwaited && scripts.has(session.id)) session.endTurn('end_turn');
      const playing = scripts.get(session.id) ?? script(acpStage(client, session, isAskable));
      scripts.set(session.id, playing);
      const stopReason = await Promise.race([ended, playing.then(answerFor)]);
      return {
        stopReason: stopReason as 'end_turn',
        ...(session.used.fresh > 0 ? { usage: usageOf(session.used) } : {}),
      };
    })
    .onNotification(methods.agent.session.cancel, ({ params }) => sessions.get(params.sessionId)?.cancel())
    .connect(stream);
  await connection.closed;
  if ([...sessions.values()].some(({ isStopped }) => isStopped)) process.exit(0);
};

/** With BRANCHLINE_FAKE_RESUME=load an old session is loaded, history and all, as agents do that know no other way. */
const resumeCapability = () => (process.env['BRANCHLINE_FAKE_RESUME'] === 'load' ? {} : { resume: {} });

const sessionIn = (sessions: ReadonlyMap<string, AcpSession>, id: string): AcpSession => {
  const session = sessions.get(id);
  if (session === undefined) throw new RequestError(-32602, `There is no session ${id}.`);
  return session;
};

const history = (sessionId: string) => ({
  sessionId,
  update: {
    sessionUpdate: 'agent_message_chunk' as const,
    content: { type: 'text' as const, text: new Past(sessionId).text },
  },
});

const answerFor = (ending: Ending): string => {
  if (ending.is === 'error') throw new RequestError(ending.code, ending.message, ending.data);
  if (ending.is === 'exit' && ending.code !== 0) process.exit(ending.code);
  return 'end_turn';
};
