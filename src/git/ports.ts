import { createHash } from 'node:crypto';
import type { Lease, Leases } from '../core/ports/leases.ts';

const FIRST = 20_000;
const RANGES = 1200;
const WIDTH = 10;

/** Ten TCP ports that no other slot of any repository on this machine has; the same ones each time, if they are free. */
export async function leasePorts(
  leases: Leases,
  owner: string,
  ttl_ms: number,
): Promise<{ readonly first: number; readonly lease: Lease }> {
  const start = createHash('sha256').update(owner).digest().readUInt32BE(0) % RANGES;
  for (let step = 0; step < RANGES; step += 1) {
    const range = (start + step) % RANGES;
    const lease = await leases.take(`ports:${range}`, ttl_ms);
    if (lease !== null) return { first: FIRST + range * WIDTH, lease };
  }
  throw new Error('Every port range of this machine is taken.');
}
