import type { AgentSpec } from '../../core/ports/agent.ts';
import { err, ok } from '../../core/result.ts';
import { fieldOf } from '../json.ts';
import type { Questions } from '../questions.ts';
import { fieldsOf, filledIn } from './form.ts';
import type { Heard } from './heard.ts';
import { METHOD_UNKNOWN, type PeerListener } from './peer.ts';
import type { Permits } from './permits.ts';

type Client = {
  readonly spec: AgentSpec;
  readonly heard: Heard;
  readonly questions: Questions;
  readonly permits: Permits;
};

/** What an agent that may ask nobody is told when it asks all the same. */
const NOBODY = 'Nobody can answer: assume something sensible and write the assumption into your report.';

/** The client's side of the protocol: what an agent may tell and ask. It is offered neither files nor terminals. */
export const clientOf = (client: Client): PeerListener => {
  const { heard, permits } = client;
  return {
    onMessage: () => heard.message(),
    onUnknown: (line) => heard.unknown(line),
    onNotification: (method, params) => {
      if (method === 'session/update') heard.update(fieldOf(params, 'update'));
    },
    onRequest: async (method, params) => {
      if (method === 'session/request_permission') return ok(await permits.answer(params));
      if (method === 'elicitation/create') return ok(await answerForm(client, params));
      if (method === 'fs/write_text_file' && heard.profile.writesItself) return ok({});
      return err({ code: METHOD_UNKNOWN, message: `Method not found: ${method}`, data: undefined });
    },
  };
};

/** Every question of the form, one after the other; an agent that is stopped meanwhile is told that nobody answered. */
const answerForm = async ({ spec, questions }: Client, params: unknown): Promise<unknown> => {
  const fields = fieldsOf(params);
  // A form without a question is a page that somebody would have to open in a browser.
  if (fields.length === 0) return { action: 'decline' };
  const content: Record<string, unknown> = {};
  for (const field of fields) {
    const answer = spec.questions === 'forbid' ? NOBODY : await questions.ask(field.asked);
    if (answer === null) return { action: 'cancel' };
    Object.assign(content, filledIn(field, answer));
  }
  return { action: 'accept', content };
};
