/** An exact fraction, as media files state rates and time bases. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/** Reads the number that a tool printed; nothing for `N/A` and the like. */
export function numberIn(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : undefined;
}

/** Reads `30000/1001`, `25` or `16:15`; nothing for `0/0`, `N/A` and the like. */
export function parseRational(text: string | undefined): Rational | undefined {
  const match = /^(\d+)(?:[/:](\d+))?$/.exec(text ?? "");
  if (!match) return undefined;
  const num = Number(match[1]);
  const den = Number(match[2] ?? "1");
  return num > 0 && den > 0 ? { num, den } : undefined;
}

export function toNumber(value: Rational): number {
  return value.num / value.den;
}

function greatestShared(one: number, other: number): number {
  return other === 0 ? one : greatestShared(other, one % other);
}

/** In lowest terms: 60/1 by two is 30/1. */
export function dividedBy({ num, den }: Rational, divisor: number): Rational {
  const shared = greatestShared(num, den * divisor);
  return { num: num / shared, den: (den * divisor) / shared };
}

export function formatRational(value: Rational): string {
  return `${value.num}/${value.den}`;
}
