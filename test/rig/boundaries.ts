import type { EngineParts } from '../../src/engine/parts.ts';

/** Tells that an effect is about to begin or has ended. Called synchronously, so that a kill here is exactly there. */
export type Meet = (effect: string, when: 'before' | 'after') => void;

/** Reads change nothing: before and after them is the same place. */
const READS: ReadonlySet<string> = new Set([
  'version',
  'entries',
  'holds',
  'runs',
  'holder',
  'tip',
  'isAncestor',
  'changes',
  'readFile',
  'blob',
  'twins',
  'patch',
  'read',
  'paths',
  'checkouts',
  'refs',
  'list',
  'held',
  'find',
  'isAlive',
]);

/** The engine's parts with a boundary before and after each effect that it asks of the world. */
export function withBoundaries(parts: EngineParts, meet: Meet): EngineParts {
  const around = <T extends object>(port: T, room: string): T => bounded(port, room, meet);
  return {
    ...parts,
    store: around(parts.store, 'store'),
    leases: around(parts.leases, 'leases'),
    queue: around(parts.queue, 'queue'),
    repository: around(parts.repository, 'repository'),
    processes: around(parts.processes, 'processes'),
    files: around(parts.files, 'files'),
    drivers: {
      command: around(parts.drivers.command, 'driver'),
      acp: around(parts.drivers.acp, 'driver'),
      claude: around(parts.drivers.claude, 'driver'),
      codex: around(parts.drivers.codex, 'driver'),
    },
  };
}

function bounded<T extends object>(port: T, room: string, meet: Meet): T {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof property === 'symbol') return typeof value === 'function' ? value.bind(target) : value;
      if (property === 'slots') return bounded(value as object, 'slots', meet);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: readonly unknown[]) => unknown;
      if (READS.has(property))
        return property === 'held' ? async (...args: unknown[]) => within(await call(...args), 'slot', meet) : call;
      return (...args: readonly unknown[]) => {
        const effect = nameOf(room, property, args);
        meet(effect, 'before');
        const made = call(...args);
        if (!(made instanceof Promise)) return made;
        return made.then((result: unknown) => {
          meet(effect, 'after');
          return within(result, MADE_BY[`${room}.${property}`] ?? null, meet);
        });
      };
    },
  });
}

/** What these calls return is a port too. */
const MADE_BY: Readonly<Record<string, string>> = {
  'leases.take': 'lease',
  'slots.lease': 'slot',
  'slots.leaseForChecks': 'slot',
  'driver.start': 'session',
};

function within(result: unknown, room: string | null, meet: Meet): unknown {
  if (room === null || typeof result !== 'object' || result === null) return result;
  if (!('ok' in result)) return bounded(result, room, meet);
  const { ok, value } = result as { readonly ok: boolean; readonly value?: unknown };
  return ok && typeof value === 'object' && value !== null ? { ...result, value: bounded(value, room, meet) } : result;
}

/** An append is named by its events: every event is a boundary of its own. */
function nameOf(room: string, method: string, args: readonly unknown[]): string {
  if (room !== 'store' || method !== 'append') return `${room}.${method}`;
  const events = args[1] as readonly { readonly type: string }[];
  return `append ${events.map(({ type }) => type).join('+')}`;
}
