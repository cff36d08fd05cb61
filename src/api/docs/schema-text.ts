import type { JsonSchema } from '../openapi/schemas.ts';

const TEXTS = {
  listOf: (item: string) => `list of ${item}`,
  or: ' or ',
  anything: 'anything',
  characters: (least: number, most: number) => `${least} to ${most} characters`,
  leastCharacters: (least: number) => `${least} or more characters`,
  mostCharacters: (most: number) => `at most ${most} characters`,
  range: (least: number, most: number) => `${least} to ${most}`,
  byDefault: (value: unknown) => `${value} by default`,
};

/** Takes a text apart at its backticks: every other piece is code. */
export function piecesOf(text = ''): { text: string; code: boolean }[] {
  return text
    .split('`')
    .map((piece, index) => ({ text: piece, code: index % 2 === 1 }))
    .filter((piece) => piece.text !== '');
}

type FieldView = ReturnType<typeof fieldOf>;

/** Everything that an object holds, with what its objects hold by a dotted name. */
export function fieldsOf(schema: JsonSchema, prefix = ''): FieldView[] {
  const required = new Set(schema.required as string[] | undefined);
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([key, value]) => {
    const field = fieldOf(prefix + key, value, required.has(key));
    const inner = choicesOf(value).map((one) => (one.type === 'array' ? (one.items as JsonSchema) : one));
    const marks = value.type === 'array' ? '[].' : '.';
    return [field, ...inner.flatMap((one) => fieldsOf(one, prefix + key + marks))];
  });
}

/** A field of a body, or a parameter, as a row of a table. */
export function fieldOf(name: string, schema: JsonSchema, required: boolean, text = schema.description) {
  const type = [formatType(schema), ...limitsOf(schema)].join(', ');
  // The object that it holds has a table of its own.
  return { name, required, type, object: objectsOf(schema)[0], description: piecesOf(text) };
}

/** The schemas of which a value has one. */
function choicesOf(schema: JsonSchema): JsonSchema[] {
  return ((schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined) ?? [schema];
}

/** The names of the components that a schema points to, itself or for what it lists. */
export function objectsOf(schema: JsonSchema): string[] {
  return choicesOf(schema)
    .map((choice) => (choice.type === 'array' ? (choice.items as JsonSchema) : choice))
    .flatMap((one) => (one.$ref === undefined ? [] : [nameOf(one)]));
}

function nameOf(schema: JsonSchema): string {
  return String(schema.$ref).split('/').at(-1) ?? '';
}

function formatType(schema: JsonSchema): string {
  const choices = choicesOf(schema);
  if (choices.length > 1) return [...new Set(choices.map(formatType))].join(TEXTS.or);
  const { $ref, type, items } = schema;
  if ($ref !== undefined) return nameOf(schema);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(TEXTS.or);
  if (type === 'array') return TEXTS.listOf(formatType((items ?? {}) as JsonSchema));
  if (Array.isArray(type)) return type.join(TEXTS.or);
  return typeof type === 'string' ? type : TEXTS.anything;
}

/** Limits that say something to a person; the document has them all. */
function limitsOf(schema: JsonSchema): string[] {
  const { minLength, maxLength, minimum, maximum, default: byDefault } = schema;
  const limits: string[] = [];
  if (typeof minLength === 'number' && typeof maxLength === 'number') {
    limits.push(TEXTS.characters(minLength, maxLength));
  } else if (typeof minLength === 'number') limits.push(TEXTS.leastCharacters(minLength));
  else if (typeof maxLength === 'number') limits.push(TEXTS.mostCharacters(maxLength));
  if (typeof minimum === 'number' && typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER) {
    limits.push(TEXTS.range(minimum, maximum));
  }
  if (byDefault !== undefined && byDefault !== '' && byDefault !== null) {
    limits.push(TEXTS.byDefault(byDefault));
  }
  return limits;
}
