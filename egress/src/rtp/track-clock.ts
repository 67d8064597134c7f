import { Unwrapper, type Packet, type SenderReport } from "./packet.ts";

/** Sender reports that disagree with the arrival of packets by more than this are wrong, or of other clocks. */
const believableSeconds = 0.3;

/** A stream's time moves towards a new estimate by this much in each of its seconds, so that no picture jumps. */
const slewPerSecond = 0.005;

/** Smaller differences are noise. */
const deadbandSeconds = 0.003;

/** Of arrivals: the packet that the network delayed least, within this time. */
const windowSeconds = 10;

/** Weight of a new sender report; single ones are wrong by the sender's scheduling. */
const reportWeight = 0.25;

/** What all streams of one recording have in common. */
export interface Origin {
  /** Our clock, where the recording's time is 0. */
  readonly startedAt: number;
  /** Our clock minus the senders' time of day, by which their reports are placed. */
  readonly lag: number | undefined;
}

interface Arrival {
  readonly offset: number;
  readonly at: number;
}

/** The clock of one sender (SSRC): places its packets in the time of the recording. */
export class TrackClock {
  readonly #rate: number;
  readonly #unwrap = new Unwrapper(32);
  #arrivals: Arrival[] = [];
  /** The sender's time of day minus its media time. */
  #report: number | undefined;
  #offset: number | undefined;
  #lastMedia: number | undefined;

  constructor(clockRate: number) {
    this.#rate = clockRate;
  }

  /** Media seconds since the first packet. */
  mediaOf({ timestamp }: Pick<Packet, "timestamp">): number {
    return this.#unwrap.extend(timestamp) / this.#rate;
  }

  /** Heeds when a packet came. */
  note({ timestamp, arrivedAt }: Pick<Packet, "timestamp" | "arrivedAt">): void {
    const offset = arrivedAt - this.mediaOf({ timestamp });
    // Of equal use later and smaller: the list stays as short as the window has new minima.
    this.#arrivals = this.#arrivals.filter(
      (one) => one.at > arrivedAt - windowSeconds && one.offset < offset,
    );
    this.#arrivals.push({ offset, at: arrivedAt });
  }

  report({ ntpSeconds, timestamp }: Pick<SenderReport, "ntpSeconds" | "timestamp">): void {
    // A report may come before the first packet: it would become the origin of the timestamps, which is no harm.
    const seen = ntpSeconds - this.#unwrap.extend(timestamp) / this.#rate;
    const known = this.#report;
    const jumped = known !== undefined && Math.abs(seen - known) > believableSeconds;
    this.#report = known === undefined || jumped ? seen : known + (seen - known) * reportWeight;
  }

  get reported(): boolean {
    return this.#report !== undefined;
  }

  /** Our clock minus its media time, by the packet that came fastest. */
  get #arrival(): number | undefined {
    return this.#arrivals[0]?.offset;
  }

  /** Our clock minus the sender's time of day, with the shortest way through the network. */
  get lag(): number | undefined {
    const arrival = this.#arrival;
    if (arrival === undefined || this.#report === undefined) return undefined;
    return arrival - this.#report;
  }

  /** Whether its reports and arrivals agree with what the recording goes by. */
  trusts({ lag }: Origin): boolean {
    return (
      lag !== undefined && this.lag !== undefined && Math.abs(this.lag - lag) <= believableSeconds
    );
  }

  #target(origin: Origin): number | undefined {
    if (this.trusts(origin) && this.#report !== undefined && origin.lag !== undefined) {
      return this.#report + origin.lag;
    }
    return this.#arrival;
  }

  /**
   * Seconds of the recording for these seconds of media. All packets of a picture have the same: the estimate changes only
   * from one picture to the next.
   */
  place(media: number, origin: Origin): number {
    const target = this.#target(origin) ?? 0;
    const known = this.#offset;
    if (known === undefined) {
      this.#offset = target;
    } else if (this.#lastMedia !== undefined && media > this.#lastMedia) {
      const most = slewPerSecond * (media - this.#lastMedia);
      const off = target - known;
      if (Math.abs(off) > believableSeconds * 4) this.#offset = target;
      else if (Math.abs(off) > deadbandSeconds)
        this.#offset = known + Math.sign(off) * Math.min(most, Math.abs(off));
    }
    if (this.#lastMedia === undefined || media > this.#lastMedia) this.#lastMedia = media;
    return media + (this.#offset ?? 0) - origin.startedAt;
  }
}

/** The shortest lag of all clocks, if all have reported and agree. */
export function commonLag(clocks: readonly TrackClock[]): number | undefined {
  const lags = clocks.flatMap(({ lag }) => (lag === undefined ? [] : [lag]));
  if (lags.length < clocks.length || lags.length === 0) return undefined;
  const least = Math.min(...lags);
  return Math.max(...lags) - least > believableSeconds ? undefined : least;
}
