import { mayWrite } from '../core/relations/may-write.ts';
import { has } from '../core/scope/scope.ts';
import type { EngineParts } from '../engine/parts.ts';

/** The audit of what a task changed, by the scope algebra. A scope that cannot be read allows nothing. */
export const outOfScopeOf =
  (ignoreCase: boolean): EngineParts['outOfScope'] =>
  (_plan, task) => {
    const mode = { ignoreCase, nfc: true };
    const set = mayWrite(task, mode);
    if (!set.ok) return (paths) => paths;
    const allowed = set.value;
    return (paths) => (allowed === null ? [] : paths.filter((path) => !has(allowed, path)));
  };
