import { coresOf, type Tier } from "@framewright/contracts/job.ts";
import { parseQuantity } from "./units.ts";

interface TierRow {
  readonly cpu: string;
  readonly memory: string;
}

/** Cores as the contract has them; memory by seed 000, resource tuning of CPU workers. */
const tierTable = {
  "720p": { cpu: String(coresOf["720p"]), memory: "2Gi" },
  "1080p": { cpu: String(coresOf["1080p"]), memory: "4Gi" },
  "2160p": { cpu: String(coresOf["2160p"]), memory: "8Gi" },
} as const satisfies Record<Tier, TierRow>;

function times(quantity: string, slots: number): string {
  const [, amount, unit] = /^([0-9]+)([A-Za-z]*)$/.exec(quantity) ?? [];
  return `${Number(amount) * slots}${unit ?? ""}`;
}

/** Fractions of a core in thousandths, as Kubernetes itself would write them. */
function cores(count: number): string {
  return Number.isInteger(count) ? String(count) : `${count * 1000}m`;
}

/**
 * What is set aside for such a pod: half of what it may take, as seed 002 has it (2 of 4 cores, 4 of 8 GiB). All of
 * it would fit on no node of four cores, of which the node itself takes a part.
 */
export function tierRequest(tiers: readonly Tier[], slots: number): TierRow {
  const { cpu, memory } = tierSize(tiers, slots);
  const [, amount, unit] = /^([0-9]+)([A-Za-z]*)$/.exec(memory) ?? [];
  return { cpu: cores(Number(cpu) / 2), memory: `${Number(amount) / 2}${unit ?? ""}` };
}

/** What a pod needs that serves all of these tiers with that many jobs at once: the largest tier for each. */
export function tierSize(tiers: readonly Tier[], slots: number): TierRow {
  const sorted = tiers.toSorted(
    (a, b) => parseQuantity(tierTable[b].memory) - parseQuantity(tierTable[a].memory),
  );
  const largest = sorted[0];
  if (largest === undefined) throw new RangeError("a worker needs at least one tier");
  const { cpu, memory } = tierTable[largest];
  return { cpu: times(cpu, slots), memory: times(memory, slots) };
}
