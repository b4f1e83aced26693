import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lease: a pid alone can be recycled, and means nothing on another host. */
export type Owner = { readonly pid: number; readonly startTime: string; readonly host: string };

/** This very process, named so that any other Branchline process can tell whether it still lives. */
export function thisOwner(): Owner {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? 'unknown', host: hostOfPids() };
}

/**
 * When a process started, in a form that only compares for equality; null when it is gone (a zombie is).
 * The boot belongs to it: after a restart of the machine pids and ticks begin anew.
 */
export function startTimeOf(pid: number): string | null {
  return process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid);
}

/** True when that process, and not just any with its number, is no longer there. Only for owners on this host. */
export function isGone(owner: Owner): boolean {
  return !answers(owner.pid) || startTimeOf(owner.pid) !== owner.startTime;
}

/** The host, made different inside a container: there, the pids of others cannot be seen, so nobody may be called dead. */
function hostOfPids(): string {
  const namespace = process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : firstNamespace;
  return namespace === firstNamespace ? hostname() : `${hostname()} ${namespace}`;
}

/** Linux gives the namespace that it boots with this fixed number. */
const firstNamespace = 'pid:[4026531836]';

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function linuxStartTime(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name, in parentheses, may hold spaces and parentheses itself: field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return `${bootId()}:${fields[19] ?? ''}`;
}

let boot: string | null = null;
function bootId(): string {
  boot ??= read('/proc/sys/kernel/random/boot_id')?.trim().slice(0, 8) ?? 'boot';
  return boot;
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // ESRCH: it went while we were reading.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

function psStartTime(pid: number): string | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' },
    }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch (error) {
    // ps exits with 1 when it finds no such process; anything else means that we cannot tell.
    if (error instanceof Error && 'status' in error && error.status === 1) return null;
    throw error;
  }
}
