import {
  type AgentContext,
  methods,
  type RequestPermissionResponse,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import type { AcpSession } from './acp-session.ts';
import type { Spending, Stage } from './stage.ts';
import { callTool } from './tool-server.ts';

/** The messages of a protocol as a stage. */
export const acpStage = (client: AgentContext, session: AcpSession, isAskable: boolean): Stage => {
  const { id: sessionId } = session;
  let calls = 0;
  const update = (one: SessionUpdate): Promise<void> =>
    client.notify(methods.client.session.update, { sessionId, update: one });
  return {
    say: (text) => {
      session.past.add('agent', text);
      return update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: `${text}\n` } });
    },
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
    permission: async ({ kind, title, paths }) => {
      const locations = paths.map((path) => ({ path }));
      const { outcome } = await client.request<RequestPermissionResponse>(methods.client.session.requestPermission, {
        sessionId,
        toolCall: { toolCallId: `call-${++calls}`, title, kind: kind as 'edit', locations },
        options: [
          { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
          { optionId: 'always', name: 'Always allow', kind: 'allow_always' },
          { optionId: 'no', name: 'Reject', kind: 'reject_once' },
        ],
      });
      return outcome.outcome === 'selected' && outcome.optionId !== 'no';
    },
    // Nobody waits for the answer, and whoever has left does not get it.
    ask: async (message) => {
      if (isAskable)
        client.request(methods.client.elicitation.create, form(sessionId, message, [])).catch(() => undefined);
    },
    question: async (message, options) =>
      answerIn(await client.request(methods.client.elicitation.create, form(sessionId, message, options))),
    call: async (name, given) => {
      if (session.tools === undefined) throw new Error(`There is nobody to call "${name}" of.`);
      return callTool(session.tools, name, given);
    },
    spend: (used) => update(spendingUpdate(session, used)),
    heartbeat: (kind) =>
      kind === 'compact'
        ? update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Compacting…' } })
        : update({ sessionUpdate: 'usage_update', used: 1, size: 2 }),
    result: async (stopReason) => session.endTurn(stopReason),
    nextTurn: (stopReason) => session.nextTurn(stopReason),
    ignoreSignals: () => {
      session.isDeaf = true;
    },
    recalled: () => session.past.text,
    isResumed: session.isResumed,
    get isStopped() {
      return session.isStopped;
    },
    get values() {
      return session.values;
    },
  };
};

const form = (sessionId: string, message: string, options: readonly string[]) => ({
  sessionId,
  mode: 'form' as const,
  message,
  requestedSchema: {
    type: 'object' as const,
    properties: {
      answer: {
        type: 'string' as const,
        ...(options.length === 0 ? {} : { oneOf: options.map((option) => ({ const: option, title: option })) }),
      },
      answer_note: { type: 'string' as const, title: 'Other' },
    },
  },
});

/** What was answered; empty when nobody did. */
const answerIn = (response: unknown): string => {
  const { content } = response as { readonly content?: Readonly<Record<string, unknown>> };
  return String(content?.['answer'] ?? content?.['answer_note'] ?? '');
};

/** Each answer's own figures, and the money of the whole session, as agents tell them. */
const spendingUpdate = (session: AcpSession, used: Spending): SessionUpdate => {
  const before = session.used;
  session.used = {
    fresh: before.fresh + used.fresh,
    output: before.output + used.output,
    cacheRead: before.cacheRead + used.cacheRead,
    cacheWrite: before.cacheWrite + used.cacheWrite,
    usd: null,
  };
  session.past.pay(used.usd ?? 0);
  return {
    sessionUpdate: 'usage_update',
    used: used.fresh + used.output,
    size: 200_000,
    ...(used.usd === null ? {} : { cost: { amount: session.past.usd, currency: 'USD' } }),
    _meta: { usage: usageOf(used) },
  };
};

/** Tokens in the words of the protocol. */
export const usageOf = ({ fresh, output, cacheRead, cacheWrite }: Spending) => ({
  inputTokens: fresh,
  outputTokens: output,
  cachedReadTokens: cacheRead,
  cachedWriteTokens: cacheWrite,
  totalTokens: fresh + output + cacheRead + cacheWrite,
});
