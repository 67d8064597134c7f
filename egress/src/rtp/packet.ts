/** One RTP packet as a receiver hands it on, deciphered and without padding. */
export interface Packet {
  readonly ssrc: number;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, of the codec's clock. */
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Buffer;
  /** When it arrived, in seconds of our own monotonic clock. */
  readonly arrivedAt: number;
}

/** What a sender says of its clock: at this time of day its RTP clock shows this. */
export interface SenderReport {
  readonly ssrc: number;
  /** Seconds since 1900, by the sender's clock. */
  readonly ntpSeconds: number;
  readonly timestamp: number;
  readonly arrivedAt: number;
}

const headerBytes = 12;
const version2 = 0x80;

export interface Outgoing {
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly marker: boolean;
  readonly payload: Buffer;
}

/** A packet without extensions or contributing sources (RFC 3550, 5.1). */
export function serializePacket(out: Outgoing): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  header[0] = version2;
  header[1] = out.payloadType | (out.marker ? 0x80 : 0);
  header.writeUInt16BE(out.sequence & 0xffff, 2);
  header.writeUInt32BE(out.timestamp >>> 0, 4);
  header.writeUInt32BE(out.ssrc >>> 0, 8);
  return Buffer.concat([header, out.payload]);
}

/** Counts on where a counter of so many bits starts again. The first value is the origin: 0. */
export class Unwrapper {
  readonly #size: number;
  #last: number | undefined;
  #extended = 0;

  constructor(bits: 16 | 32) {
    this.#size = 2 ** bits;
  }

  /** The value's distance from the first one; values may come out of order by less than half of the range. */
  extend(value: number): number {
    if (this.#last === undefined) {
      this.#last = value;
      return 0;
    }
    let step = (((value - this.#last) % this.#size) + this.#size) % this.#size;
    if (step >= this.#size / 2) step -= this.#size;
    const extended = this.#extended + step;
    if (step > 0) {
      this.#extended = extended;
      this.#last = value;
    }
    return extended;
  }
}
