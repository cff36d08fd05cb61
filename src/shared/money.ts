/**
 * Money is a whole number of the currency's minor unit (paise, cents) and a currency code. It never becomes a
 * float: 19.99 * 100 is 1998.9999….
 */
export interface Money {
  minor: number;
  /** ISO 4217. */
  currency: string;
}

/**
 * Makes the function that prints money for a locale, exact to the minor unit: ₹75,000.00.
 *
 * @param locale a BCP 47 tag such as `en-IN`, which groups by lakh and crore
 */
export function moneyPrinter(locale: string): (money: Money) => string {
  const formats = new Map<string, { format: Intl.NumberFormat; digits: number }>();
  return ({ minor, currency }) => {
    let known = formats.get(currency);
    if (!known) {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
      known = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
      formats.set(currency, known);
    }
    // As text, because Intl reads decimal text exactly and a quotient of floats may not be.
    return known.format.format(decimalText(minor, known.digits) as Intl.StringNumericLiteral);
  };
}

function decimalText(minor: number, digits: number): string {
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
