import { setFlagsFromString } from 'node:v8';

/**
 * Asks V8 to keep the heap small rather than to collect seldom. Starting a process stops its parent in proportion to the
 * parent's memory, so that an engine which holds ten thousand tasks gains more by this than it loses; a command that
 * only looks is better off without.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--optimize-for-size');
