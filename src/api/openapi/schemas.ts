import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** A schema in the dialect of OpenAPI 3.1: JSON Schema 2020-12. */
export type JsonSchema = { description?: string; [keyword: string]: unknown };

export type SchemaWriter = ReturnType<typeof createSchemaWriter>;

/** Writes zod schemas as JSON schemas; those with an id in their meta stand once, in `components`, and are pointed to. */
export function createSchemaWriter() {
  const components: Record<string, JsonSchema> = {};

  /** @param io whether the schema is of what comes in, or of what goes out: they differ by defaults and transforms */
  function write(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    // In an envelope, so that a schema that has a name itself is pointed to as well.
    const written = z.toJSONSchema(z.object({ schema }), {
      io,
      override: ({ jsonSchema }) => tidy(jsonSchema),
    });
    const pointed = JSON.stringify(written).replaceAll('"#/$defs/', '"#/components/schemas/');
    const { properties, $defs = {} } = JSON.parse(pointed);
    for (const [name, component] of Object.entries<JsonSchema>($defs)) {
      if (components[name] && !isDeepStrictEqual(components[name], component)) {
        throw new Error(`Two schemas are named ${name}.`);
      }
      components[name] = component;
    }
    return properties.schema;
  }

  return { write, components };
}

/** A name is where it points to already; what is text in the address and documented as a number has no pattern. */
function tidy(schema: z.core.JSONSchema.BaseSchema): void {
  delete schema.id;
  if (schema.type === 'integer') delete schema.pattern;
}
