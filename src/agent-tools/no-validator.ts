import process from 'node:process';

export { process };

/**
 * Stands in the place of the MCP server's own validator of JSON Schemas. What agents say to our tools is checked by their zod
 * schemas; this one would be for answers to questions that a server asks its client, and ours asks none.
 */
export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new Error('The tools for agents ask their client nothing, so there is nothing to validate');
  }
}
