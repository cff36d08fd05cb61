import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkInput } from './input.ts';

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

test('errors inside a list or a group belong to its field', () => {
  const list = z.object({ lines: z.array(z.object({ sku: z.string('Enter a number.') }), 'Add a line.') });
  expect(checkInput(list, { lines: [{}, { sku: 'x' }] })).toEqual({
    ok: false,
    errors: { lines: 'Enter a number.' },
  });
  expect(checkInput(list, {})).toEqual({ ok: false, errors: { lines: 'Add a line.' } });
});
