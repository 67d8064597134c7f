import { balanceServices } from "../cloud/load-balancers.ts";
import { provisionVolumes } from "../cloud/volumes.ts";
import { plugDevices } from "../nodes/device-plugin.ts";
import { inBatches } from "../nodes/in-batches.ts";
import {
  addNodes,
  deleteNode,
  drainNodes,
  missingNodes,
  relabelNodes,
  startNodes,
} from "../nodes/lifecycle.ts";
import type { World } from "../nodes/world.ts";
import { emptyNodes, growthFor } from "../scaling/autoscaler.ts";
import { isAvailable } from "../settings.ts";

/** How long, in milliseconds, nodes that were asked for may stay unseen before they are no longer counted on. */
const unseenMs = 5_000;

/** The simulation, round by round; between rounds it remembers only what a restart may forget. */
export class Rounds {
  /** Nodes that were added and have not been seen yet, and since when. */
  readonly #unseen = new Map<string, number>();
  /** Since when nodes have had nothing to do. */
  readonly #emptySince = new Map<string, number>();
  readonly #begun: Set<string>;
  readonly #remember: (pools: readonly string[]) => void;

  /**
   * @param begun pools that have had their first nodes
   * @param remember keeps them for the next start
   */
  constructor(begun: readonly string[], remember: (pools: readonly string[]) => void) {
    this.#begun = new Set(begun);
    this.#remember = remember;
  }

  async round(world: World): Promise<void> {
    await startNodes(world);
    await plugDevices(world);
    await relabelNodes(world);
    await drainNodes(world);
    if (this.#sees(world)) await this.#scale(world);
    await provisionVolumes(world);
    await balanceServices(world);
  }

  async #scale(world: World): Promise<void> {
    const wanted = world.pools
      .filter((pool) => isAvailable(world.store.folder, pool))
      .flatMap((pool) => missingNodes(world, pool, this.#atLeast(pool)));
    // What is added now is seen in a later round, and then pods may need no more.
    const growth = wanted.length > 0 ? wanted : growthFor(world);
    for (const name of await addNodes(world, growth)) this.#unseen.set(name, world.now);
    this.#begin(world);
    await this.#removeEmpty(world);
  }

  #atLeast({ name, minNodes, initialNodes }: World["pools"][number]): number {
    return this.#begun.has(name) ? minNodes : Math.max(minNodes, initialNodes);
  }

  #begin({ pools }: World): void {
    const fresh = pools.filter(({ name }) => !this.#begun.has(name));
    for (const { name } of fresh) this.#begun.add(name);
    if (fresh.length > 0) this.#remember([...this.#begun]);
  }

  async #removeEmpty(world: World): Promise<void> {
    const empty = emptyNodes(world);
    const names = new Set(empty.map(({ name }) => name));
    for (const name of this.#emptySince.keys()) if (!names.has(name)) this.#emptySince.delete(name);
    const idle = empty.filter((node) => {
      const since = this.#emptySince.get(node.name) ?? Math.max(world.now, node.readyAt);
      this.#emptySince.set(node.name, since);
      return world.now - since >= world.settings.emptySeconds * 1000;
    });
    await inBatches(idle, (node) => deleteNode(world, node));
  }

  /** Whether all nodes that were added show; counting before that would add them twice. */
  #sees(world: World): boolean {
    const seen = new Set(world.nodes.map(({ name }) => name));
    for (const [name, since] of this.#unseen) {
      if (seen.has(name) || world.now - since > unseenMs) this.#unseen.delete(name);
    }
    return this.#unseen.size === 0;
  }
}
