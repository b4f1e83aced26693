import type { Plan, Task } from '../core/plan.ts';
import { auditPaths } from '../core/relations/audit.ts';
