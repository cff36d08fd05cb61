import { expect, test } from 'vitest';
import { editAgain, isChangedSince, shownFields } from './edit-conflict.ts';

const SAVED = { name: 'jacob', note: 'One\ntwo' };

test('a form that showed what is saved is in time, whatever was typed and however its lines end', () => {
  const form = { ...shownFields(SAVED), shown_note: 'One\r\ntwo', name: 'jack' };
  expect(isChangedSince(form, SAVED)).toBe(false);
  expect(isChangedSince({ name: 'jack' }, SAVED)).toBe(false);
});

test('a form that showed something else is late', () => {
  expect(isChangedSince({ shown_name: 'jack' }, SAVED)).toBe(true);
  expect(isChangedSince({ shown_name: '' }, SAVED)).toBe(true);
});

test('a late form comes back with what was typed, and with what is saved where nothing was', () => {
  const late = { name: 'jack', shown_name: 'jack', note: 'Three', shown_note: 'One', reason: 'because' };
  expect(editAgain(late, SAVED)).toEqual({
    name: 'jacob',
    shown_name: 'jacob',
    note: 'Three',
    shown_note: 'One\ntwo',
    reason: 'because',
  });
});
