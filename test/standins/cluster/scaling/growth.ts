import { zoneLabel, type NodePool, type NodeShape } from "../pools/pool.ts";
import type { Needs } from "./needs.ts";
import { Bin, fits } from "./room.ts";

/** A pool, and what of it is there. */
export interface PoolState {
  readonly pool: NodePool;
  /** Zones of its nodes, one entry each. */
  readonly zones: readonly string[];
  /** What the autoscaler takes a further node for. */
  readonly template: NodeShape;
  /** Whether the cloud has machines of it now. */
  readonly available: boolean;
}

/** The pools that are tried for a pod, of those that would do; the first one grows. */
export type Preference = (needs: Needs, options: readonly Option[]) => readonly Option[];

export interface Option {
  readonly pool: NodePool;
  readonly zone: string;
  /** A fresh node of the pool, with nothing on it. */
  readonly bin: Bin;
}

export interface Growth {
  readonly pool: NodePool;
  readonly zone: string;
}

function inZone(template: NodeShape, zone: string): NodeShape {
  return { ...template, labels: { ...template.labels, [zoneLabel]: zone } };
}

/** A plan of further nodes that grows pod by pod. */
class Plan {
  readonly grown: Growth[] = [];
  readonly #bins: Bin[];
  readonly #states: readonly PoolState[];
  readonly #prefer: Preference;
  /** Pods of a key find no room in the bins before this one: bins only get fuller. */
  readonly #fullUpTo = new Map<string, number>();
  readonly #hopeless = new Set<string>();

  constructor(bins: readonly Bin[], states: readonly PoolState[], prefer: Preference) {
    this.#bins = [...bins];
    this.#states = states;
    this.#prefer = prefer;
  }

  place(needs: Needs): void {
    if (this.#hopeless.has(needs.key)) return;
    const bin = this.#existing(needs) ?? this.#fresh(needs);
    if (bin === undefined) this.#hopeless.add(needs.key);
    else bin.put(needs);
  }

  #existing(needs: Needs): Bin | undefined {
    const start = needs.spreads.length > 0 ? 0 : (this.#fullUpTo.get(needs.key) ?? 0);
    const index = this.#bins.findIndex((bin, at) => at >= start && fits(needs, bin, this.#bins));
    this.#fullUpTo.set(needs.key, index < 0 ? this.#bins.length : index);
    return this.#bins[index];
  }

  #fresh(needs: Needs): Bin | undefined {
    const [best] = this.#prefer(needs, this.#options(needs));
    if (best === undefined) return undefined;
    const { pool, zone, bin } = best;
    this.grown.push({ pool, zone });
    this.#bins.push(bin);
    return bin;
  }

  #options(needs: Needs): Option[] {
    return this.#states
      .filter(({ pool, available }) => available && pool.autoscaled)
      .filter(({ pool, zones }) => zones.length + this.#planned(pool).length < pool.maxNodes)
      .flatMap((state) => this.#firstZone(needs, state) ?? []);
  }

  /** The zone with the fewest nodes of the pool in which the pod could run. */
  #firstZone(needs: Needs, { pool, zones, template }: PoolState): Option | undefined {
    const there = [...zones, ...this.#planned(pool)];
    const count = (zone: string): number => there.filter((other) => other === zone).length;
    return pool.zones
      .toSorted((a, b) => count(a) - count(b))
      .map((zone) => ({ pool, zone, bin: new Bin("", inZone(template, zone)) }))
      .find(({ bin }) => fits(needs, bin, this.#bins));
  }

  #planned(pool: NodePool): string[] {
    return this.grown.flatMap((growth) => (growth.pool.name === pool.name ? [growth.zone] : []));
  }
}

/** The nodes that have to be added so that pods which no node takes find one. */
export function planGrowth(
  pending: readonly Needs[],
  now: { readonly bins: readonly Bin[]; readonly pools: readonly PoolState[] },
  prefer: Preference,
): readonly Growth[] {
  const plan = new Plan(now.bins, now.pools, prefer);
  for (const needs of pending) plan.place(needs);
  return plan.grown;
}
