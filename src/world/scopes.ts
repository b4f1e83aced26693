import { auditPaths } from '../core/relations/relations.ts';
import type { EngineParts } from '../engine/parts.ts';

/** The audit of what a task changed, by the scope algebra. */
export const outOfScopeOf =
  (ignoreCase: boolean): EngineParts['outOfScope'] =>
  (_plan, task) =>
  (paths) =>
    auditPaths(task, paths, { ignoreCase });
