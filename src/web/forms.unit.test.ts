import { describe, expect, test } from 'vitest';
import { type FieldSpec, formView } from './forms.ts';

const specs: Record<string, FieldSpec> = {
  username: { label: 'Username', hint: 'Yours.', autocomplete: 'username' },
  password: { label: 'Password', type: 'password' },
  password_confirmation: { label: 'Once more', type: 'password' },
  remember: { label: 'Remember me', type: 'checkbox' },
  note: { label: 'Note', required: false },
};

describe('a group of tick boxes', () => {
  const options = ['red', 'green', 'blue'].map((value) => ({ value, label: value }));
  const group = { the_colours: { label: 'Colours', type: 'choices' as const, options } };
  const ticked = (value: unknown) =>
    formView('/', group, { the_colours: value }).fields.the_colours?.boxes.flatMap((box) =>
      box.checked ? [box.value] : [],
    );

  test('keeps what was ticked: none, one, which comes as text, or several', () => {
    expect([undefined, 'green', ['blue', 'red', 'pink']].map(ticked)).toEqual([
      [],
      ['green'],
      ['red', 'blue'],
    ]);
  });

  test('has its error lead to the first of them', () => {
    const { errors, fields } = formView('/', group, {}, { the_colours: 'Choose one.' });
    expect(errors).toEqual([{ href: '#the-colours', message: 'Choose one.' }]);
    expect(fields.the_colours?.boxes.map(({ id }) => id)).toEqual([
      'the-colours',
      'the-colours-2',
      'the-colours-3',
    ]);
  });
});

describe('a form', () => {
  test('not yet sent has its fields in order, empty and without errors', () => {
    const form = formView('/there', specs);
    expect(form).toMatchObject({ action: '/there', failed: false, errors: [] });
    expect(Object.keys(form.fields)).toEqual(Object.keys(specs));
    for (const field of Object.values(form.fields)) {
      expect(field).toMatchObject({ value: '', checked: false, error: undefined });
    }
  });

  test('come back keeps what was typed, but never a password', () => {
    const { fields } = formView('/', specs, {
      username: ' Al"ice ',
      password: 'hush',
      password_confirmation: 'hush',
      remember: '1',
    });
    expect(fields.username?.value).toBe(' Al"ice ');
    expect(fields.remember?.checked).toBe(true);
    expect(JSON.stringify(fields)).not.toContain('hush');
  });

  test('with errors lists each, in the order of the fields, with a link to its field', () => {
    const form = formView('/', specs, {}, { password_confirmation: 'Different.', username: 'Taken.' });
    expect(form.failed).toBe(true);
    expect(form.errors).toEqual([
      { href: '#username', message: 'Taken.' },
      { href: '#password-confirmation', message: 'Different.' },
    ]);
    expect(form.fields.username?.error).toBe('Taken.');
    expect(form.fields.password_confirmation).toMatchObject({
      id: 'password-confirmation',
      name: 'password_confirmation',
      error: 'Different.',
    });
  });

  test.each([
    ['a list', ['alice', 'bob']],
    ['an object', { a: 1 }],
    ['a number', 7],
    ['null', null],
    ['nothing', undefined],
  ])('shows an empty field for what is no text: %s', (_kind, value) => {
    expect(formView('/', specs, { username: value }).fields.username?.value).toBe('');
  });

  test('has no fields but its own, whatever was sent', () => {
    const form = formView('/', specs, { role: 'admin', __proto__: { username: 'eve' } });
    expect(Object.keys(form.fields)).toEqual(Object.keys(specs));
    const own = formView('/', specs, JSON.parse('{"__proto__": {"username": "eve"}}'));
    expect(own.fields.username?.value).toBe('');
  });
});

describe('a field', () => {
  const { fields } = formView('/', specs);

  test('is a text that must be filled in unless it says otherwise', () => {
    expect(fields.username).toMatchObject({ type: 'text', required: true, hint: 'Yours.' });
    expect(fields.note?.required).toBe(false);
    expect(fields.remember?.required).toBe(false);
  });

  test('leaves names as they are typed', () => {
    expect(fields.username).toMatchObject({
      autocomplete: 'username',
      spellcheck: 'false',
      autocapitalize: 'none',
    });
  });
});
