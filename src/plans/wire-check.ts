import { z } from 'zod';
import type { CheckReport } from '../core/check.ts';

const text = z.string();
const texts = z.array(text);

const diagnostic = z.object({
  severity: z.enum(['error', 'warning', 'note']),
  code: text,
  file: text,
  line: z.int().min(1).nullable(),
  col: z.int().min(1).nullable(),
  what: text,
  why: text.nullable(),
  next: text.nullable(),
});

const pair = z.object({
  a: text,
  b: text,
  relation: z.enum(['after', 'exclusive', 'branch']).meta({ description: '"after": b runs after a.' }),
  reason: z.enum(['needs', 'reads', 'shared', 'overlap', 'resource', 'undeclared']),
  witness: text,
});

const answer = z.enum(['yes', 'no', 'person']).meta({ description: '"person": only a person can judge it.' });

const report = z.object({
  verdict: z.enum(['PARALLEL', 'SEQUENTIAL']),
  reason: text,
  pairs: z.array(pair).meta({ description: 'Only pairs that are not simply free, at most 10,000 of them.' }),
  pairCount: z.int().min(0).meta({ description: 'How many such pairs there are.' }),
  waves: z.array(texts),
  criticalPath: z.object({ minutes: z.number().min(0), tasks: texts }),
  questions: z.array(
    z.object({
      question: text,
      answer,
      why: text,
      tasks: z.array(z.object({ task: text, answer, why: text })),
    }),
  ),
}) satisfies z.ZodType<Omit<CheckReport, 'schemaVersion' | 'diagnostics'>>;

/** What `check --json` prints. A plan that could not be read has only `file` and `diagnostics`. */
export const checked = z.object({
  schemaVersion: z.literal(1),
  file: text,
  diagnostics: z.array(diagnostic),
  ...report.partial().shape,
});
