import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkInput, TEXTS as VALIDATION_TEXTS } from './validation.ts';

const form = z.object({
  name: z
    .string({ error: 'Enter a name.' })
    .min(2, 'Use 2 letters.')
    .regex(/^[a-z]*$/, 'Use letters.'),
  count: z.coerce.number({ error: 'Enter a number.' }).default(1),
});

describe('what was sent', () => {
  test('gives the values of the schema’s types', () => {
    expect(checkInput(form, { name: 'tea', count: '3' })).toEqual({
      ok: true,
      values: { name: 'tea', count: 3 },
    });
    expect(checkInput(form, { name: 'tea' })).toMatchObject({ values: { count: 1 } });
  });

  test('gives all errors at once, those of one field as one text', () => {
    expect(checkInput(form, { name: '7', count: 'x' })).toEqual({
      ok: false,
      errors: { name: 'Use 2 letters. Use letters.', count: 'Enter a number.' },
    });
  });

  test.each([[undefined], [null], [{}], [Object.create(null)]])('may be nothing: %#', (input) => {
    expect(checkInput(form, input)).toEqual({ ok: false, errors: { name: 'Enter a name.' } });
  });

  test.each([['text'], [7], [true], [['tea']]])('may be no form at all: %j', (input) => {
    expect(checkInput(form, input).ok).toBe(false);
  });

  test('is ignored where the schema does not name it', () => {
    const read = checkInput(form, { name: 'tea', role: 'admin', constructor: 'x' });
    expect(read).toEqual({ ok: true, values: { name: 'tea', count: 1 } });
  });

  test('changes no prototype', () => {
    const input = JSON.parse('{"__proto__": {"polluted": true}, "name": "tea"}');
    const read = checkInput(form, input);
    expect(read).toEqual({ ok: true, values: { name: 'tea', count: 1 } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('a schema that says nothing', () => {
  const silent = z.object({
    text: z.string().min(2).max(3).optional(),
    mail: z.email().optional(),
    day: z.iso.date().optional(),
    code: z.string().regex(/^a$/).optional(),
    number: z.number().max(5).min(1).optional(),
    whole: z.int().multipleOf(2).optional(),
    choice: z.enum(['tea', 'pot']).optional(),
    only: z.literal('tea').optional(),
    list: z.array(z.string()).max(2).optional(),
    group: z.object({}).optional(),
    either: z.union([z.string(), z.int()]).optional(),
    ruled: z
      .string()
      .refine(() => false)
      .optional(),
    yes: z.boolean().optional(),
    needed: z.string().optional(),
  });

  test.each([
    ['text', [], VALIDATION_TEXTS.types.string],
    ['text', ['a', 'b', 'c', 'd'], VALIDATION_TEXTS.types.string],
    ['text', 'a', 'Use at least 2 characters.'],
    ['text', 'abcd', 'Use at most 3 characters.'],
    ['mail', 'x', VALIDATION_TEXTS.formats.email],
    ['day', '2026-02-30', VALIDATION_TEXTS.formats.date],
    ['code', 'b', VALIDATION_TEXTS.other],
    ['number', '5', VALIDATION_TEXTS.types.number],
    ['number', 6, 'Use at most 5.'],
    ['number', 0, 'Use at least 1.'],
    ['whole', 1.5, VALIDATION_TEXTS.types.int],
    ['whole', 3, VALIDATION_TEXTS.other],
    ['choice', 'mug', 'Use one of tea, pot.'],
    ['only', 'mug', 'Use tea.'],
    ['list', {}, VALIDATION_TEXTS.types.array],
    ['list', ['a', 'b', 'c'], 'Use at most 2 entries.'],
    ['group', [], VALIDATION_TEXTS.types.object],
    ['either', true, VALIDATION_TEXTS.other],
    ['ruled', 'x', VALIDATION_TEXTS.other],
    ['yes', 'on', VALIDATION_TEXTS.types.boolean],
    ['needed', null, VALIDATION_TEXTS.types.string],
  ])('has us say what is wrong with %s: %j', (field, value, text) => {
    expect(checkInput(silent, { [field]: value })).toEqual({ ok: false, errors: { [field]: text } });
  });

  test('has us say what is missing', () => {
    expect(checkInput(silent.required(), { text: 'tea' })).toMatchObject({
      errors: { needed: VALIDATION_TEXTS.missing, list: VALIDATION_TEXTS.missing },
    });
  });
});

test('errors inside a list or a group belong to its field', () => {
  const list = z.object({ lines: z.array(z.object({ sku: z.string('Enter a number.') }), 'Add a line.') });
  expect(checkInput(list, { lines: [{}, { sku: 'x' }] })).toEqual({
    ok: false,
    errors: { lines: 'Enter a number.' },
  });
  expect(checkInput(list, {})).toEqual({ ok: false, errors: { lines: 'Add a line.' } });
});
