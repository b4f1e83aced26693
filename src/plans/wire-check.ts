import { z } from 'zod';

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

/** What `check --json` prints. A plan that could not be read has only `file` and `diagnostics`. */
export const checked = z.object({
  schemaVersion: z.literal(1),
  file: text,
  diagnostics: z.array(diagnostic),
  verdict: z.enum(['PARALLEL', 'SEQUENTIAL']).optional(),
  reason: text.optional(),
  pairs: z
    .array(
      z.object({
        a: text,
        b: text,
        relation: z.enum(['after', 'exclusive', 'branch']).meta({ description: '"after": b runs after a.' }),
        reason: z.enum(['needs', 'reads', 'shared', 'overlap', 'resource', 'undeclared']),
        witness: text,
      }),
    )
    .optional()
    .meta({ description: 'Only pairs that are not simply free, at most 10,000 of them.' }),
  pairCount: z.int().min(0).optional().meta({ description: 'How many such pairs there are.' }),
  waves: z.array(texts).optional(),
  criticalPath: z.object({ minutes: z.number().min(0), tasks: texts }).optional(),
  questions: z.array(z.object({ question: text, answer: text, why: text })).optional(),
});
