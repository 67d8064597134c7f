import { quantityOf } from "@framewright/contracts/quantity.ts";

export const cpuPattern = "^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$";
export const memoryPattern = "^[1-9][0-9]*(Ki|Mi|Gi|Ti)$";

/** As {@link quantityOf}; throws where the text is no quantity. */
export function parseQuantity(text: string): number {
  const value = quantityOf(text);
  if (value === undefined) {
    throw new RangeError(`"${text}" is not a Kubernetes quantity such as 500m, 2 or 10Gi`);
  }
  return value;
}

/** Negative, zero or positive, as a sort function wants it. */
export function compareQuantities(a: string, b: string): number {
  return parseQuantity(a) - parseQuantity(b);
}

const durationScales = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const duration = /^([0-9]+)(ms|s|m|h|d)$/;

function isDurationUnit(unit: string | undefined): unit is keyof typeof durationScales {
  return unit !== undefined && unit in durationScales;
}

/** `90s`, `15m`, `24h`, `30d` or `250ms`, in milliseconds. */
export function parseDurationMs(text: string): number {
  const match = duration.exec(text);
  const unit = match?.[2];
  if (match?.[1] === undefined || !isDurationUnit(unit)) {
    throw new RangeError(`"${text}" is not a duration such as 250ms, 30s, 15m, 24h or 7d`);
  }
  return Number(match[1]) * durationScales[unit];
}
