import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** A schema in the dialect of OpenAPI 3.1: JSON Schema 2020-12. */
export type JsonSchema = Record<string, unknown>;

/** Writes zod schemas as JSON schemas; those with an id in their meta stand once, and are pointed to. */
export interface SchemaWriter {
  /** @param io whether the schema is of what comes in, or of what goes out: they differ by defaults and transforms */
  write: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;
  /** Everything that was pointed to so far, by its name. */
  components: Record<string, JsonSchema>;
}

const DEFINITION = '#/$defs/';
const COMPONENT = '#/components/schemas/';

export function createSchemaWriter(): SchemaWriter {
  const components: Record<string, JsonSchema> = {};
  return {
    components,
    write(schema, io) {
      // In an envelope, so that a schema that has a name itself is pointed to as well.
      const { properties, $defs = {} } = z.toJSONSchema(z.object({ schema }), { io }) as unknown as {
        properties: { schema: JsonSchema };
        $defs?: Record<string, JsonSchema>;
      };
      for (const [name, definition] of Object.entries($defs)) {
        const component = tidy(definition);
        if (components[name] && !isDeepStrictEqual(components[name], component)) {
          throw new Error(`Two schemas are named ${name}.`);
        }
        components[name] = component;
      }
      return tidy(properties.schema);
    },
  };
}

/** Keywords that hold values, not schemas. */
const VALUES = new Set(['const', 'default', 'enum', 'examples']);

/** Points to components; what is text in the address and documented as a number has no pattern. */
function tidy(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'id' && typeof value === 'string') return [];
    if (key === 'pattern' && schema.type === 'integer') return [];
    if (key === '$ref') return [[key, String(value).replace(DEFINITION, COMPONENT)]];
    return [[key, VALUES.has(key) ? value : tidyValue(value)]];
  });
  return Object.fromEntries(entries);
}

function tidyValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidyValue);
  return typeof value === 'object' && value !== null ? tidy(value as JsonSchema) : value;
}
