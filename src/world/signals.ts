import type { Signals } from '../cli/world-port.ts';

/**
 * The first Ctrl-C drains, the second kills: work is kept either way. SIGTERM counts like Ctrl-C. `npm` and `timeout`
 * pass on what their whole group was sent already, so what comes twice at once was meant once.
 */
export function listenForSignals(): Signals {
  const drain = new AbortController();
  const kill = new AbortController();
  let first: 'SIGINT' | 'SIGTERM' | null = null;
  const hear = (name: 'SIGINT' | 'SIGTERM') => (): void => {
    if (drain.signal.aborted) kill.abort();
    if (first === null) setTimeout(() => drain.abort(), ECHO_MS);
    first ??= name;
  };
  process.on('SIGINT', hear('SIGINT'));
  process.on('SIGTERM', hear('SIGTERM'));
  // The terminal is gone: nobody can press a key any more, so agents are ended and their work is kept.
  process.on('SIGHUP', () => {
    first ??= 'SIGTERM';
    drain.abort();
    kill.abort();
  });
  return { drain: drain.signal, kill: kill.signal, name: () => first };
}

/** Longer than a program takes to pass a signal on, too short for a person to notice. */
const ECHO_MS = 50;
