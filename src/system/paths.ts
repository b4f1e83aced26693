import { isAbsolute, join, resolve } from 'node:path';
import type { Environment } from './environment.ts';

/** Absolute folders. State: what must not be lost; config: what a person wrote; cache: what can be made again. */
export type Paths = { readonly state: string; readonly config: string; readonly cache: string };

/** Where things are kept: BRANCHLINE_STATE_DIR, else the XDG folders, else the custom of the system. */
export function pathsFor(environment: Environment, platform: NodeJS.Platform, cwd: string): Paths {
  const { home, stateDir, xdgStateHome, xdgConfigHome, xdgCacheHome } = environment;
  const custom = platform === 'darwin' ? macOs : unix;
  return {
    state: stateDir === null ? below(xdgStateHome, join(home, custom.state)) : resolve(cwd, stateDir),
    config: below(xdgConfigHome, join(home, custom.config)),
    cache: below(xdgCacheHome, join(home, custom.cache)),
  };
}

/** The folder of one repository's state; `key` is the repository's own (`Repository.key`). */
export const repositoryState = ({ state }: Paths, key: string): string => join(state, key);

const unix = { state: '.local/state', config: '.config', cache: '.cache' };
const macOs = {
  state: 'Library/Application Support',
  config: 'Library/Preferences',
  cache: 'Library/Caches',
};

/** The XDG specification has relative paths ignored. */
const below = (xdg: string | null, custom: string): string =>
  join(xdg !== null && isAbsolute(xdg) ? xdg : custom, 'branchline');
