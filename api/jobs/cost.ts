import type { Prices } from "@framewright/contracts/prices.ts";
import type { JobCost, Money, Usage } from "@framewright/contracts/usage.ts";
import type { JobRow, StoredUsage } from "./rows.ts";

const hour = 3600;
const digits = 6;

const rounded = (value: number) => Number(value.toFixed(digits));

export function priceOf(
  { cpuSeconds, gpuSeconds }: Pick<Usage, "cpuSeconds" | "gpuSeconds">,
  { currency, cpuHour, gpuHour }: Prices,
): Money {
  const amount = (cpuSeconds * cpuHour + gpuSeconds * gpuHour) / hour;
  return { currency, amount: rounded(amount) };
}

export function storedUsage(usage: Usage, prices: Prices | undefined): StoredUsage {
  return prices ? { ...usage, price: priceOf(usage, prices) } : usage;
}

type Phases = JobCost["phases"];

function sumOfPhases(parts: readonly Phases[]): Phases {
  const sums = new Map<string, number>();
  for (const [name, ms] of parts.flatMap((part) => Object.entries(part))) {
    sums.set(name, (sums.get(name) ?? 0) + ms);
  }
  return Object.fromEntries(sums);
}

/** In the currency of the last attempt: amounts of another one cannot be added. */
function sumOfPrices(used: readonly StoredUsage[]): Pick<JobCost, "price"> {
  const prices = used.flatMap(({ price }) => (price ? [price] : []));
  const currency = prices.at(-1)?.currency;
  if (currency === undefined) return {};
  const same = prices.filter((price) => price.currency === currency);
  return {
    price: { currency, amount: rounded(same.reduce((sum, { amount }) => sum + amount, 0)) },
  };
}

/** What a job that has ended used; nothing where no worker has measured it, as those of the version before. */
export function costOf({
  finished_at,
  started_at,
  created_at,
  attempts,
}: JobRow): JobCost | undefined {
  const used = attempts.flatMap(({ usage }) => (usage ? [usage] : []));
  if (!finished_at || used.length === 0) return undefined;
  const sum = (of: (usage: Usage) => number) => used.reduce((all, usage) => all + of(usage), 0);
  const queuedMs = started_at && Math.max(0, started_at.getTime() - created_at.getTime());
  return {
    cpuSeconds: rounded(sum(({ cpuSeconds }) => cpuSeconds)),
    gpuSeconds: rounded(sum(({ gpuSeconds }) => gpuSeconds)),
    bytesIn: sum(({ bytesIn }) => bytesIn),
    bytesOut: sum(({ bytesOut }) => bytesOut),
    phases: { ...(queuedMs !== null && { queuedMs }), ...sumOfPhases(used.map((u) => u.phases)) },
    attempts: used.length,
    ...sumOfPrices(used),
  };
}
