import { Unwrapper, type Packet } from "./packet.ts";

export interface InOrder {
  readonly packet: Packet;
  /** Packets before this one that never came. */
  readonly lost: number;
}

/** A retransmission takes a round trip after the gap was noticed. */
const patienceSeconds = 0.4;

/** More waiting packets than a second of a fast stream has: whatever is missing will not come. */
const mostWaiting = 1024;

/** Puts the packets of one sender in their order. It waits for a missing one as long as a retransmission may take. */
export class Reorder {
  readonly #unwrap = new Unwrapper(16);
  readonly #waiting = new Map<number, Packet>();
  #next: number | undefined;

  /** What can be handed on now. */
  take(packet: Packet): InOrder[] {
    const index = this.#unwrap.extend(packet.sequence);
    this.#next ??= index;
    // Twice, or after its time.
    if (index < this.#next) return [];
    this.#waiting.set(index, packet);
    return this.#release(packet.arrivedAt);
  }

  #release(now: number): InOrder[] {
    const ready: InOrder[] = [];
    for (;;) {
      const lost = this.#gap(now);
      if (lost === undefined) return ready;
      const index = (this.#next ?? 0) + lost;
      const packet = this.#waiting.get(index);
      if (packet === undefined) return ready;
      this.#waiting.delete(index);
      this.#next = index + 1;
      ready.push({ packet, lost });
    }
  }

  /** How many packets to leave out before the next one; undefined where there is nothing to hand on yet. */
  #gap(now: number): number | undefined {
    const next = this.#next ?? 0;
    if (this.#waiting.has(next)) return 0;
    if (this.#waiting.size === 0) return undefined;
    const first = Math.min(...this.#waiting.keys());
    const oldest = this.#waiting.get(first);
    const late = oldest !== undefined && now - oldest.arrivedAt > patienceSeconds;
    return late || this.#waiting.size > mostWaiting ? first - next : undefined;
  }
}
