import { z } from 'zod';
import { json } from './reference.ts';
import { checked } from './wire-check.ts';
import { costs } from './wire-costs.ts';
import { entry, streamLine } from './wire-events.ts';
import { status } from './wire-status.ts';

/** Texts of the schemas of what other programs read, by their file names in `schema/`. */
export const wireSchemas = (): Readonly<Record<string, string>> => ({
  'status.schema.json': json(schemaOf(status, 'status.schema.json', 'branchline status --json')),
  'check.schema.json': json(schemaOf(checked, 'check.schema.json', 'branchline check --json')),
  'costs.schema.json': json(schemaOf(costs, 'costs.schema.json', 'branchline costs --json')),
  'events.schema.json': json(eventsSchema()),
});

/** Made from what goes in, so that a reader of version 1 accepts fields that are added later. */
function schemaOf(schema: z.ZodType, id: string, title: string): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' });
  return { $schema, $id: id, title, ...rest };
}

/** Lines of the stream, with the journal's form beside it: both share the definitions of failures and remedies. */
function eventsSchema(): object {
  const stream = schemaOf(streamLine, 'events.schema.json', 'One line of branchline run --json');
  const { $schema, $id, $defs, ...journal } = schemaOf(entry, '', 'An event as it stands in the journal');
  return { ...stream, $defs: { ...(stream['$defs'] as object), ...($defs as object), entry: journal } };
}
