import { realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk';
import type { AgentEvent } from '../core/ports/agent.ts';
import { pathsOf, titleOf } from './acp-update.ts';

type Permission = {
  readonly event: Extract<AgentEvent, { readonly type: 'permission' }>;
  readonly response: RequestPermissionResponse;
};

/**
 * Allows once what stays inside the worktree, or names no file at all; rejects the rest. It is a courtesy, not a
 * boundary: what an agent really wrote is audited afterwards.
 */
export const permissionFor = async (cwd: string, request: RequestPermissionRequest): Promise<Permission> => {
  const paths = pathsOf(request.toolCall);
  const root = await realpath(cwd);
  const inside = await Promise.all(paths.map(async (path) => isBelow(root, await whereWriteGoes(resolve(cwd, path)))));
  const wanted = inside.every(Boolean) ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const option = wanted
    .map((kind) => request.options.find((one) => one.kind === kind))
    .find((found) => found !== undefined);
  return {
    event: {
      type: 'permission',
      title: titleOf(request.toolCall),
      paths,
      granted: option?.kind.startsWith('allow') ?? false,
    },
    response: {
      outcome: option === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: option.optionId },
    },
  };
};

const isBelow = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

/** The path with its links followed, as far as it exists: a link inside may well lead outside. */
const whereWriteGoes = async (path: string): Promise<string> => {
  for (let known = path; known !== dirname(known); known = dirname(known)) {
    const real = await realpath(known).catch(() => null);
    if (real !== null) return join(real, relative(known, path));
  }
  return path;
};
