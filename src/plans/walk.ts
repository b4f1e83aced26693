import { z } from 'zod';
import type { Path } from './document.ts';
import { type About, aboutOf } from './kinds.ts';

/** What a value at a place may be: unions laid open, "optional" and "nullable" taken off. */
export function openUp(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return openUp(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => openUp(option as z.ZodType));
  return [schema];
}

/** The schemas of what stands below `key` in a value of one of `schemas`. */
export function below(schemas: readonly z.ZodType[], key: string | number): readonly z.ZodType[] {
  return schemas.flatMap(openUp).flatMap((schema) => {
    if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? [schema.shape[key] as z.ZodType] : [];
    if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
    return schema instanceof z.ZodArray ? [schema.element as z.ZodType] : [];
  });
}

type Described = {
  /** Of the innermost field on the path; null at the root. */
  readonly about: About | null;
  /** Name of that field as the last part of the path that is one. */
  readonly name: string;
  /** What may stand at the end of the path. */
  readonly schemas: readonly z.ZodType[];
};

/** What the reference says about the place that `path` names. */
export function describePath(root: z.ZodType, path: Path): Described {
  let described: Described = { about: null, name: '', schemas: [root] };
  for (const segment of path) {
    const schemas = below(described.schemas, segment);
    const about = schemas.map(aboutOf).find((found) => found !== undefined);
    described = about ? { about, name: String(segment), schemas } : { ...described, schemas };
  }
  return described;
}

/** Names of the fields that a map there may have. */
export function fieldsOf(schemas: readonly z.ZodType[]): readonly string[] {
  return schemas.flatMap(openUp).flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}
