import { checkPlan } from '../core/check.ts';
import type { CheckReport } from '../core/check.ts';
import type { PlacedDiagnostic } from '../report/diagnostic-text.ts';
import type { Opened } from './opened.ts';
import type { PlanFile } from './plan-file.ts';
