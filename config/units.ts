const scales: Readonly<Record<string, number>> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

export const cpuPattern = "^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$";
export const memoryPattern = "^[1-9][0-9]*(Ki|Mi|Gi|Ti)$";

const quantity = /^([0-9]+(?:\.[0-9]+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/;

/** A Kubernetes quantity as a number of its base unit: cores for CPU, bytes for memory and storage. */
export function parseQuantity(text: string): number {
  const match = quantity.exec(text);
  const scale = scales[match?.[2] ?? ""];
  if (match?.[1] === undefined || scale === undefined) {
    throw new RangeError(`"${text}" is not a Kubernetes quantity such as 500m, 2 or 10Gi`);
  }
  return Number(match[1]) * scale;
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
