import fc from 'fast-check';

/**
 * The same made-up input in every run, so that a change is never judged by another one's luck. `FC_SEED=7 npm test` tries
 * other input, `FC_SEED=random` new input each time; what fails prints its seed.
 */
const given = process.env['FC_SEED'] ?? '20261123';
if (given !== 'random') fc.configureGlobal({ seed: Number(given) });
