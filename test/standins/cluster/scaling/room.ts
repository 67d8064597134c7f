import type { Amounts, NodeShape } from "../pools/pool.ts";
import type { Needs, Spread } from "./needs.ts";
import { selects } from "./selectors.ts";

/** A node, there or planned, with what is left of it. */
export class Bin {
  readonly name: string;
  readonly shape: Pick<NodeShape, "labels" | "taints">;
  readonly pods: Needs[] = [];
  readonly #free: Record<string, number>;
  readonly #accepts = new Map<string, boolean>();

  constructor(name: string, shape: NodeShape) {
    this.name = name;
    this.shape = { labels: shape.labels, taints: shape.taints };
    this.#free = { ...shape.allocatable };
  }

  get free(): Amounts {
    return this.#free;
  }

  put(needs: Needs): void {
    this.pods.push(needs);
    for (const [key, amount] of Object.entries(needs.requests)) {
      this.#free[key] = (this.#free[key] ?? 0) - amount;
    }
  }

  /** Whether the node is of the right kind, however full it is. */
  suits(needs: Needs): boolean {
    const known = this.#accepts.get(needs.key);
    if (known !== undefined) return known;
    const answer = needs.accepts(this.shape.labels, this.shape.taints);
    this.#accepts.set(needs.key, answer);
    return answer;
  }

  hasRoom({ requests }: Needs): boolean {
    // Sums of fractions of cores differ from the whole in the last digits.
    const tolerance = 1e-9;
    return Object.entries(requests).every(
      ([key, amount]) => amount === 0 || (this.#free[key] ?? 0) + tolerance >= amount,
    );
  }
}

function countOf(bins: readonly Bin[], needs: Needs, { selector }: Spread): number {
  return bins
    .flatMap(({ pods }) => pods)
    .filter((pod) => pod.namespace === needs.namespace && selects(selector, pod.labels)).length;
}

/** Whether a pod on a bin would keep a bound on unevenness, with these bins there. */
function keeps(spread: Spread, needs: Needs, bin: Bin, bins: readonly Bin[]): boolean {
  const domainOf = ({ shape }: Bin): string | undefined => shape.labels[spread.topologyKey];
  const domain = domainOf(bin);
  if (domain === undefined) return spread.maxSkew === 0;
  const here = countOf(
    [...new Set([...bins, bin])].filter((other) => domainOf(other) === domain),
    needs,
    spread,
  );
  if (spread.maxSkew === 0) return here === 0;
  const eligible = bins.filter((other) => other.suits(needs));
  const domains = new Set([...eligible.map(domainOf), domain]);
  const counts = [...domains].map((name) =>
    countOf(
      eligible.filter((other) => domainOf(other) === name),
      needs,
      spread,
    ),
  );
  return here + 1 - Math.min(...counts) <= spread.maxSkew;
}

export function fits(needs: Needs, bin: Bin, bins: readonly Bin[]): boolean {
  return (
    bin.hasRoom(needs) &&
    bin.suits(needs) &&
    needs.spreads.every((spread) => keeps(spread, needs, bin, bins))
  );
}
