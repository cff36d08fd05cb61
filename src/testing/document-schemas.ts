import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../api/openapi/schemas.ts';

/**
 * Compiles schemas of an OpenAPI document, by the strict rules of JSON Schema 2020-12.
 *
 * @param components the schemas that others point to, by name
 * @param unicodeRegExp whether patterns are read with the flag `u`, as the standard asks for and many validators do not
 * @returns throws for what is no schema, or points to none
 */
export function schemaCompiler(
  components: Record<string, JsonSchema>,
  unicodeRegExp = true,
): (schema: JsonSchema) => ValidateFunction {
  // Formats say nothing that a pattern beside them does not.
  const ajv = new Ajv2020({ strict: true, validateFormats: false, allErrors: true, unicodeRegExp });
  const placed = (schema: JsonSchema) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"'));
  for (const [name, schema] of Object.entries(components)) ajv.addSchema(placed(schema), name);
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const text = JSON.stringify(schema);
    const known = compiled.get(text) ?? ajv.compile(placed(schema));
    compiled.set(text, known);
    return known;
  };
}
