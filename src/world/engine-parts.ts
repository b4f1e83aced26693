import { hostname } from 'node:os';
import { join } from 'node:path';
import { createDrivers } from '../agents/drivers.ts';
import { LISTED_PRICES, PRICES_DATE } from '../core/price-table.ts';
import { createDesks } from '../desk/desk.ts';
import type { EngineParts } from '../engine/parts.ts';
import { dayAround } from '../system/day.ts';
import { agentToolsCommand } from './agent-tools.ts';
import type { Opened } from './opened.ts';
import { runFiles } from './run-files.ts';
import { freshView } from './run-view.ts';
import { outOfScopeOf } from './scopes.ts';

/** The real parts of an engine. */
export function engineParts(opened: Opened): EngineParts {
  const { store, leases, queue, repository, processes, clock, ignoreCase } = opened;
  return {
    store,
    leases,
    queue,
    repository,
    processes,
    clock,
    drivers: createDrivers({ processes, clock }),
    random: Math.random,
    files: runFiles(join(opened.folder, 'runs')),
    freshView: () => freshView(ignoreCase),
    outOfScope: outOfScopeOf(ignoreCase),
    environment: passedOn(opened.environment.variables),
    variables: (names) => only(opened.environment.variables, (name) => names.includes(name)),
    matching: (names) => only(opened.environment.variables, (name) => names.some((wanted) => isNamed(name, wanted))),
    home: opened.environment.variables['HOME'] ?? null,
    desks: createDesks(),
    agentTools: agentToolsCommand(),
    host: hostname(),
    pid: process.pid,
    prices: { date: PRICES_DATE, listed: LISTED_PRICES, own: opened.prices },
    day: dayAround,
  };
}

/** A name, or a beginning of names that ends in `*`. */
export const isNamed = (name: string, wanted: string): boolean =>
  wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;

/** What a program of a plan sees of the person's environment: what it needs to run, nothing that opens a door. */
const PASSED_ON = [
  'PATH',
  'LANG',
  'LANGUAGE',
  'TZ',
  'USER',
  'LOGNAME',
  'SHELL',
  'TERM',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** Of the person's environment, what every program may see. */
export function passedOn(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return only(variables, (name) => PASSED_ON.includes(name) || name.startsWith('LC_'));
}

function only(
  variables: Readonly<Record<string, string>>,
  isWanted: (name: string) => boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => isWanted(name)));
}
