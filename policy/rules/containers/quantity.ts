/** What each suffix multiplies by; the binary ones are powers of 1,024. */
const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const larger = ["k", "M", "G", "T", "P", "E"];
const smaller = ["m", "u", "n"];

const pattern = /^\+?(?<number>\d+\.?\d*|\.\d+)(?<suffix>[A-Za-z]*|[eE][+-]?\d+)$/;

function scaled(value: number, suffix: string): number | undefined {
  if (suffix === "") return value;
  if (binary.includes(suffix)) return value * 1024 ** (binary.indexOf(suffix) + 1);
  if (larger.includes(suffix)) return value * 1000 ** (larger.indexOf(suffix) + 1);
  // A division rounds as the number itself would: 700m is 0.7 to the bit.
  if (smaller.includes(suffix)) return value / 1000 ** (smaller.indexOf(suffix) + 1);
  return undefined;
}

/** `500m`, `1.5Gi`, `2e3` or a plain number in units; undefined for what Kubernetes would refuse, and below zero. */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  const { number, suffix = "" } = pattern.exec(value)?.groups ?? {};
  if (number === undefined) return undefined;
  if (/^[eE][+-]?\d+$/.test(suffix)) return Number(`${number}${suffix}`);
  return scaled(Number(number), suffix);
}
