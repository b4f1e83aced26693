import { z } from 'zod';
import { field, kinds as k } from './kinds.ts';

/** The clocks of an attempt; at plan, agent and task level. The nearest one that is given wins. */
const timeoutFields = z.strictObject(
  {
    'first-event': field(k.clock, {
      about: 'How long the agent may take to show its first sign of life.',
      unit: 'duration or off',
      default: '5m',
      example: '2m',
    }),
    silence: field(k.clock, {
      about: 'How long the agent may give no sign of life while it works.',
      unit: 'duration or off',
      default: '15m',
      example: '10m',
    }),
    'after-result': field(k.clock, {
      about: 'How long the agent may stay alive after it has given its result.',
      unit: 'duration or off',
      default: '1m',
      example: '30s',
    }),
    wall: field(k.clock, {
      about: 'How long one attempt may take in all.',
      unit: 'duration or off',
      default: '2h',
      example: '45m',
    }),
  },
  { error: 'a map of clocks, or one duration for the whole attempt' },
);

export const timeout = k.either('a map of clocks, or one duration for the whole attempt', [k.clock, timeoutFields]);

const ownAttempts = {
  max: field(k.whole(1, 100), {
    about: 'Attempts that a task has in all, the first included. Limits of an account cost none.',
    unit: 'attempts',
    default: 3,
    example: 2,
  }),
  conflict: field(k.whole(0, 100), {
    about: 'Attempts that conflicts with work that landed before may cost, counted apart.',
    unit: 'attempts',
    default: 2,
    example: 3,
  }),
  backoff: field(k.duration, {
    about: 'Rest before the second attempt; it doubles with each further one.',
    unit: 'duration',
    default: '10s',
    example: '1m',
  }),
  step: field(k.whole(1, 100), {
    about: 'Attempts that one step of a task has.',
    unit: 'attempts',
    default: null,
    example: 2,
    later: true,
  }),
};

const ofARun = field(k.whole(1, 100_000), {
  about:
    'Attempts that the whole run has, all its tasks together. Then nothing more starts until an amendment raises it.',
  unit: 'attempts',
  default: 'no cap',
  example: 50,
});

const MAP = { error: 'a whole number or a map' };
const EITHER = 'a whole number (attempts in all) or a map';

export const attempts = k.either(EITHER, [k.whole(1, 100), z.strictObject({ ...ownAttempts, all: ofARun }, MAP)]);

/** A task has no say about how often others are tried. */
export const taskAttempts = k.either(EITHER, [k.whole(1, 100), z.strictObject(ownAttempts, MAP)]);

export const scope = k.either('a map with "may" and "may-not", or the patterns that it may write', [
  k.patterns,
  z.strictObject({
    may: field(k.patterns, {
      about: 'What the task may write. An empty list: nothing.',
      unit: 'patterns',
      default: [],
      example: ['src/api/**'],
    }),
    'may-not': field(k.patterns, {
      about: 'What it may not write, although "may" says so.',
      unit: 'patterns',
      default: [],
      example: ['src/api/generated/**'],
    }),
  }),
]);

export const noChange = k.either('a reason (then it is allowed), or a map with "allowed" and "reason"', [
  k.title,
  z.literal(false),
  z.strictObject({
    allowed: field(k.flag, {
      about: 'The task may end without a change.',
      unit: 'true or false',
      default: false,
      example: true,
    }),
    reason: field(k.title, {
      about: 'Why no change can be the right result. Needed if it is allowed.',
      unit: 'one line',
      default: null,
      example: 'The audit may find nothing',
    }),
  }),
]);

export const brief = k.either('a file of the repository, or the text itself', [
  k.text,
  z.strictObject({
    file: field(k.path, {
      about: 'File of the repository that holds the brief.',
      unit: 'path',
      default: null,
      example: 'docs/brief one.md',
    }),
    text: field(k.text, {
      about: 'The brief itself.',
      unit: 'text, at most 64 KiB',
      default: null,
      example: 'README.md',
    }),
  }),
]);
