import type { Failure } from '../../core/failure.ts';
import type { AgentSpec } from '../../core/ports/agent.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Clock } from '../../core/time.ts';
import { visible } from '../../process/visible.ts';
import { fieldOf, textOf } from '../json.ts';
import { failureOf, unknownModel } from './failures.ts';
import type { Heard } from './heard.ts';
import { meant, modelsOffered, modesOffered } from './offers.ts';
import type { Answer, Peer } from './peer.ts';
import type { Modes, Profile } from './profile.ts';
import { profileOf } from './profiles.ts';

/** A session that can be spoken in. */
export type Opened = {
  readonly session: string;
  readonly profile: Profile;
  readonly model: string | null;
  readonly version: string | null;
  /** All models that the agent has named. */
  readonly models: readonly string[];
  /** Lets it work in another way; nothing happens where it has no such mode. */
  readonly setMode: (mode: keyof Modes) => Promise<void>;
};

/** null: the agent closed its side before the session stood, so how its process ended says more. */
export type OpenFailure = Failure | null;

type Opening = {
  readonly peer: Peer;
  readonly spec: AgentSpec;
  readonly clock: Clock;
  readonly heard: Heard;
};

const PROTOCOL_VERSION = 1;

/** Introduces itself, and begins a session or goes on with one. */
export const openSession = async (opening: Opening, named: Profile): Promise<Result<Opened, OpenFailure>> => {
  const { peer, spec, clock, heard } = opening;
  const isAskable = spec.questions !== 'forbid';
  const hello = await peer.request('initialize', {
    protocolVersion: PROTOCOL_VERSION,
    clientInfo: { name: 'branchline', version: '0' },
    clientCapabilities: {
      fs: { readTextFile: false, writeTextFile: false },
      terminal: false,
      ...(isAskable ? { elicitation: { form: {} } } : {}),
    },
  });
  if (!hello.ok) return err(failureIn(hello.error, clock, spec));
  const profile = profileOf(named, textOf(fieldOf(hello.value, 'agentInfo', 'name')));
  const version = visible(textOf(fieldOf(hello.value, 'agentInfo', 'version'))) || null;
  heard.goBy(profile);
  const begun = spec.resume === null ? await begin(opening, profile) : await goOn(opening, profile, hello.value);
  if (!begun.ok) return begun;
  const { session, answer } = begun.value;
  const models = [...new Set(modelsOffered(answer).flatMap(({ ids }) => ids))];
  const current = modelsOffered(answer).find((offer) => offer.current !== null)?.current ?? null;
  const model = await chooseModel(opening, profile, begun.value);
  if (!model.ok) return model;
  const setMode = modeChooser(peer, begun.value, profile.modes);
  return ok({ session, profile, version, models, model: visible(model.value ?? current ?? '') || null, setMode });
};

type Begun = { readonly session: string; readonly answer: unknown };

const begin = async ({ peer, spec, clock }: Opening, profile: Profile): Promise<Result<Begun, OpenFailure>> => {
  const answer = await peer.request('session/new', { cwd: spec.cwd, mcpServers: serversFor(spec, profile) });
  if (!answer.ok) return err(failureIn(answer.error, clock, spec));
  const session = textOf(fieldOf(answer.value, 'sessionId'));
  return ok({ session, answer: answer.value });
};

/** By `session/resume` where there is one: loading tells the whole history again, which is heard and not told. */
const goOn = async (opening: Opening, profile: Profile, hello: unknown): Promise<Result<Begun, OpenFailure>> => {
  const { peer, spec, clock, heard } = opening;
  const session = spec.resume?.session ?? '';
  const lost = (message: string): Result<Begun, OpenFailure> => err({ reason: 'session-lost', session, message });
  const params = { sessionId: session, cwd: spec.cwd, mcpServers: serversFor(spec, profile) };
  const canResume = (fieldOf(hello, 'agentCapabilities', 'sessionCapabilities', 'resume') ?? null) !== null;
  const canLoad = fieldOf(hello, 'agentCapabilities', 'loadSession') === true;
  if (!canResume && !canLoad) return lost('The agent cannot go on with a session.');
  await profile.beforeLoading(spec, clock.now());
  const history = heard.mute();
  const answer = await peer.request(canResume ? 'session/resume' : 'session/load', params);
  if (answer.ok && !canResume) await history.end(clock);
  history.unmute();
  if (answer.ok) return ok({ session, answer: answer.value });
  const failure = failureIn(answer.error, clock, spec);
  if (failure === null || answer.error.is !== 'refused') return err(failure);
  return failure.reason === 'login' || failure.reason === 'limited'
    ? err(failure)
    : lost(failure.reason === 'agent-error' ? failure.message : visible(answer.error.message));
};

const serversFor = ({ tools }: AgentSpec, profile: Profile): readonly unknown[] => {
  if (tools === null || profile.tools !== 'session') return [];
  const [command = '', ...args] = tools.argv;
  return [
    { name: 'branchline', command, args, env: Object.entries(tools.env).map(([name, value]) => ({ name, value })) },
  ];
};

/** The model that was asked for; null: it works with whichever it takes. */
const chooseModel = async (
  { peer, spec, clock }: Opening,
  profile: Profile,
  { session, answer }: Begun,
): Promise<Result<string | null, OpenFailure>> => {
  const wanted = spec.model;
  if (wanted === null) return ok(null);
  const offers = modelsOffered(answer);
  const there = [...new Set(offers.flatMap(({ ids }) => ids))];
  const offer = offers.find((one) => meant(one, wanted) !== null);
  const id = offer === undefined ? null : meant(offer, wanted);
  if (offer === undefined || id === null) {
    // Whoever was told it when it started may well know models that it does not list.
    if (profile.modelAtStart) return ok(wanted);
    const why =
      there.length > 0 ? `It has no model "${wanted}".` : 'It does not let itself be told which model to work with.';
    return err(unknownModel(why, { asked: wanted, there }));
  }
  if (offer.current === id) return ok(id);
  const { method, params } = offer.choose(session, id);
  const chosen = await peer.request(method, params);
  if (chosen.ok) return ok(id);
  if (chosen.error.is !== 'refused') return err(failureIn(chosen.error, clock, spec));
  return err(unknownModel(visible(chosen.error.message), { asked: wanted, there }));
};

/** A mode that is not there is no failure: whatever it would have kept from happening is refused all the same. */
const modeChooser = (peer: Peer, { session, answer }: Begun, modes: Modes): Opened['setMode'] => {
  const offers = modesOffered(answer);
  const first = offers[0]?.current ?? null;
  let current = first;
  return async (mode) => {
    const wanted = modes[mode] ?? (mode === 'work' ? first : null);
    const offer = wanted === null ? undefined : offers.find(({ ids }) => ids.includes(wanted));
    if (offer === undefined || wanted === null || wanted === current) return;
    const { method, params } = offer.choose(session, wanted);
    const chosen = await peer.request(method, params);
    if (chosen.ok) current = wanted;
  };
};

/** What an answer that did not come well means; null: there was none. */
export const failureIn = (
  error: Exclude<Answer, { ok: true }>['error'],
  clock: Clock,
  { model, models = [] }: { readonly model: string | null; readonly models?: readonly string[] },
): OpenFailure => {
  if (error.is === 'closed') return null;
  if (error.is === 'broken') return { reason: 'agent-error', message: error.message };
  return failureOf(error, clock.now(), { asked: model, there: models });
};
