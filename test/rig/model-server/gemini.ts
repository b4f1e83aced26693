import { type Fields, fields, list, text } from './json.ts';
import { type Answer, functionTool, newId, type Protocol, type Refused, retryAfter_s, type Turn } from './protocol.ts';
import type { Refusal, Why } from './script.ts';

/** Gemini's generateContent and streamGenerateContent. */
export const gemini: Protocol = {
  name: 'gemini',
  tools: (body) =>
    list(body['tools'])
      .flatMap((group) => list(fields(group)['functionDeclarations'] ?? fields(group)['function_declarations']))
      .map(fields)
      .flatMap(({ name, parametersJsonSchema, parameters }) => functionTool(name, parametersJsonSchema ?? parameters)),
  past: (body) =>
    list(body['contents'])
      .map(fields)
      .filter(({ role }) => role === 'model')
      .map((content) => list(content['parts']).map(fields))
      .map((parts) => ({ say: said(parts), calls: parts.flatMap(callIds) })),
  answer,
  refuse,
  streams: () => false,
};

const said = (parts: readonly Fields[]): string =>
  parts.map((part) => (part['thought'] === true ? '' : text(part['text']))).join('');

const callIds = ({ functionCall }: Fields): readonly string[] =>
  functionCall === undefined ? [] : [text(fields(functionCall)['id'])];

function answer(turn: Turn, model: string): Answer {
  const parts = [
    ...(turn.think === '' ? [] : [{ text: turn.think, thought: true }]),
    ...(turn.say === '' ? [] : [{ text: turn.say }]),
    ...turn.calls.map(({ id, tool, input }) => ({
      functionCall: { id, name: tool.name, args: input },
      thoughtSignature: 'c2lnbmVk',
    })),
  ];
  const about = { usageMetadata: usageOf(turn), modelVersion: model, responseId: newId('r-') };
  const response = (some: readonly object[], isLast: boolean) => ({
    candidates: [{ index: 0, content: { role: 'model', parts: some }, ...(isLast ? { finishReason: 'STOP' } : {}) }],
    ...about,
  });
  return {
    events: parts.map((part, index) => ({ data: response([part], index === parts.length - 1) })),
    whole: response(parts, true),
  };
}

function usageOf({ usage: { input, output, cacheRead, cacheWrite } }: Turn): object {
  const promptTokenCount = input + cacheRead + cacheWrite;
  return {
    promptTokenCount,
    candidatesTokenCount: output,
    totalTokenCount: promptTokenCount + output,
    cachedContentTokenCount: cacheRead,
    thoughtsTokenCount: 0,
  };
}

const refusals: Readonly<Record<Why, readonly [code: number, status: string, message: string]>> = {
  rate: [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  window: [429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan and billing details.'],
  credits: [403, 'PERMISSION_DENIED', 'Billing has not been enabled for this project.'],
  login: [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  context: [
    400,
    'INVALID_ARGUMENT',
    'The input token count (1250000) exceeds the maximum number of tokens allowed (1048576).',
  ],
  overload: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  request: [400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  server: [500, 'INTERNAL', 'An internal error has occurred.'],
};

function refuse(refusal: Refusal): Refused {
  const [usual, status, message] = refusals[refusal.why];
  const code = refusal.status ?? usual;
  const body = { error: { code, message: refusal.message ?? message, status, details: detailsOf(refusal) } };
  return { status: code, body, events: [{ data: body }] };
}

/** Clients read from the details how long to wait and whether a day's quota is gone. */
function detailsOf(refusal: Refusal): readonly object[] {
  const wait_s = retryAfter_s(refusal);
  const type = 'type.googleapis.com/google.rpc';
  const quotaId = 'GenerateRequestsPerDayPerProjectPerModel';
  return [
    ...(refusal.why === 'window' ? [{ '@type': `${type}.QuotaFailure`, violations: [{ quotaId }] }] : []),
    ...(wait_s === null ? [] : [{ '@type': `${type}.RetryInfo`, retryDelay: `${wait_s}s` }]),
  ];
}
