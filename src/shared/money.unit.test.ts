import { describe, expect, test } from 'vitest';
import { moneyPrinter } from './money.ts';

const print = moneyPrinter('en-IN');
const rupees = (minor: number) => print({ minor, currency: 'INR' });

describe('rupees in India', () => {
  test.each([
    [7_500_000, '₹75,000.00'],
    [150_000, '₹1,500.00'],
    [80_000, '₹800.00'],
    [12_450_000, '₹1,24,500.00'],
    [10_000_000, '₹1,00,000.00'],
    [1_234_567_890, '₹1,23,45,678.90'],
  ])('group by lakh and crore: %d paise', (minor, text) => {
    expect(rupees(minor)).toBe(text);
  });

  test.each([
    [0, '₹0.00'],
    [1, '₹0.01'],
    [9, '₹0.09'],
    [10, '₹0.10'],
    [99, '₹0.99'],
    [100, '₹1.00'],
    [1_999, '₹19.99'],
  ])('keep every paisa: %d', (minor, text) => {
    expect(rupees(minor)).toBe(text);
  });

  test.each([
    [-1, '-₹0.01'],
    [-150_050, '-₹1,500.50'],
    [-0, '₹0.00'],
  ])('may be negative: %d', (minor, text) => {
    expect(rupees(minor)).toBe(text);
  });

  test('are exact up to the largest whole number', () => {
    expect(rupees(Number.MAX_SAFE_INTEGER)).toBe('₹9,00,71,99,25,47,409.91');
    expect(rupees(Number.MAX_SAFE_INTEGER - 1)).toBe('₹9,00,71,99,25,47,409.90');
    expect(rupees(Number.MIN_SAFE_INTEGER)).toBe('-₹9,00,71,99,25,47,409.91');
  });
});

describe('other currencies', () => {
  test('have as many decimals as they have minor units', () => {
    expect(print({ minor: 1_234, currency: 'JPY' })).toBe('JP¥1,234');
    expect(print({ minor: 0, currency: 'JPY' })).toBe('JP¥0');
    expect(print({ minor: -5, currency: 'JPY' })).toBe('-JP¥5');
    expect(print({ minor: 1_234_567, currency: 'BHD' })).toBe('BHD\u00a01,234.567');
    expect(print({ minor: 5, currency: 'BHD' })).toBe('BHD\u00a00.005');
    expect(print({ minor: 1_234_56, currency: 'EUR' })).toBe('€1,234.56');
  });

  test('stand beside each other in one list', () => {
    const texts = ['INR', 'JPY', 'INR'].map((currency) => print({ minor: 100, currency }));
    expect(texts).toEqual(['₹1.00', 'JP¥100', '₹1.00']);
  });
});

test('the locale says how it is written', () => {
  expect(moneyPrinter('de-DE')({ minor: 123_456_789, currency: 'EUR' })).toBe('1.234.567,89\u00a0€');
  expect(moneyPrinter('en-US')({ minor: 12_450_000, currency: 'INR' })).toBe('₹124,500.00');
});
