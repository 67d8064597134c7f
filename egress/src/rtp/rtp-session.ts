import type { Codecs } from "../media/stream-facts.ts";
import type { CameTracks } from "../sources/opened-source.ts";
import { streams, type StreamKind, type VideoFormat } from "./describe.ts";
import type { Packet, SenderReport } from "./packet.ts";
import { originOf, PartWriter } from "./part-writer.ts";
import { pictureStart, type VideoCodec } from "./picture-start.ts";
import { Reorder, type InOrder } from "./reorder.ts";
import type { Offer, Reader } from "./rtsp-server.ts";
import { commonLag, TrackClock, type Origin } from "./track-clock.ts";

export interface TrackArgs {
  readonly kind: StreamKind;
  /** Of video. */
  readonly codec?: VideoCodec;
  /** Asks the sender for a picture that needs no earlier one. */
  readonly requestKey: () => void;
}

/** What a receiver feeds with the packets of one sender. */
export interface TrackInput {
  readonly packet: (packet: Packet) => void;
  readonly report: (report: SenderReport) => void;
}

export interface Waits {
  /** For a sender report of each track; browsers send the first one for sound after up to 5 s. */
  readonly alignSeconds: number;
  /** For a second track where one came alone. */
  readonly companionSeconds: number;
  /** For the first picture of a video track that was announced. */
  readonly pictureSeconds: number;
}

const usualWaits: Waits = { alignSeconds: 6, companionSeconds: 2, pictureSeconds: 10 };

export interface SessionArgs {
  /** Seconds of a monotonic clock. */
  readonly now: () => number;
  readonly waits?: Waits;
  /** Told why the present ffmpeg gets no more: what comes now does not fit what it writes. */
  readonly onChange?: (reason: string) => void;
}

export interface Figures {
  readonly packets: number;
  /** Packets that never came. */
  readonly lost: number;
  /** Pictures that ffmpeg was given. */
  readonly pictures: number;
}

/** One sender's track, until another one takes its place. */
class Track {
  readonly args: TrackArgs;
  readonly clock: TrackClock;
  readonly reorder = new Reorder();
  sps: Buffer | undefined;
  pps: Buffer | undefined;
  /** Pictures that need earlier ones are left out until one comes that does not. */
  needsKey = true;
  /** The timestamp of a picture that stands for none. */
  blank: number | undefined;
  askedAt = Number.NEGATIVE_INFINITY;
  packets = 0;

  constructor(args: TrackArgs) {
    this.args = args;
    this.clock = new TrackClock(streams[args.kind].clockRate);
  }

  /** undefined while a decoder lacks something. */
  get format(): VideoFormat | undefined {
    const { codec } = this.args;
    if (codec === undefined) return undefined;
    if (codec !== "H264") return { codec };
    return this.sps && this.pps ? { codec, sps: this.sps, pps: this.pps } : undefined;
  }
}

interface Waiting {
  readonly track: Track;
  readonly packet: Packet;
}

function isPicture({ track }: Waiting): boolean {
  return track.args.kind === "video";
}

/** As much as some 60 s of a fast stream. An ffmpeg that starts takes a second. */
const mostHeldBytes = 48 * 1024 * 1024;

/** A sender of whom nothing came for so long is away, not silent. */
const awaySeconds = 1;

/** How often a sender is asked again for a key picture. */
const askSeconds = 1;

function sameFormat(one: VideoFormat | undefined, other: VideoFormat | undefined): boolean {
  const same = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
    a === b || (a !== undefined && b !== undefined && a.equals(b));
  return one?.codec === other?.codec && same(one?.sps, other?.sps) && same(one?.pps, other?.pps);
}

/**
 * One video and one audio track on the time of one recording. A track may be replaced, stop for a while or come late. Each
 * ffmpeg that reads is a part: a change of codec or size ends it, and the next one begins with the changed picture.
 */
export class RtpSession {
  readonly #args: SessionArgs;
  readonly #waits: Waits;
  readonly #tracks: { video?: Track; audio?: Track } = {};
  #held: Waiting[] = [];
  #heldBytes = 0;
  #firstAt: number | undefined;
  #origin: Origin | undefined;
  #offered: { readonly video: VideoFormat | undefined } | undefined;
  #writer: PartWriter | undefined;
  #waiters: ((offer: Offer) => void)[] = [];
  #lastPacketAt: number | undefined;
  readonly #figures = { packets: 0, lost: 0, pictures: 0 };
  readonly #came = { announced: new Set<StreamKind>(), arrived: new Set<StreamKind>() };

  constructor(args: SessionArgs) {
    this.#args = args;
    this.#waits = args.waits ?? usualWaits;
  }

  /** When a packet came last, by the session's clock. */
  get lastPacketAt(): number | undefined {
    return this.#lastPacketAt;
  }

  /** What was received and handed on so far. */
  get figures(): Figures {
    return { ...this.#figures };
  }

  /** Which kinds of tracks there are, and of which something came. */
  get came(): CameTracks {
    return this.#came;
  }

  /** What the next ffmpeg will read, by ffmpeg's names; undefined while there is nothing to read. */
  get codecs(): Codecs | undefined {
    if (!this.#ready(this.#args.now())) return undefined;
    return { video: this.#heldVideo()?.track.args.codec?.toLowerCase(), audio: "opus" };
  }

  /** A track of this kind is to come. */
  announce(kind: StreamKind): void {
    this.#came.announced.add(kind);
  }

  /** A track in the place of the earlier one of its kind. */
  addTrack(args: TrackArgs): TrackInput {
    this.announce(args.kind);
    const track = new Track(args);
    this.#tracks[args.kind] = track;
    return {
      packet: (packet) => {
        if (this.#tracks[args.kind] === track) this.#take(track, packet);
      },
      report: (report) => {
        track.clock.report(report);
      },
    };
  }

  /** What the next ffmpeg is to read; waits until there is something. */
  offer(): Promise<Offer> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.tick();
    });
  }

  /** The ffmpeg of the last offer reads. */
  play(reader: Reader): void {
    const origin = this.#origin;
    if (origin === undefined) return;
    const writer = new PartWriter(reader, origin.startedAt);
    this.#writer = writer;
    void reader.closed.then(() => {
      if (this.#writer === writer) this.#stopPart();
    });
    // Sound before the first picture would be a recording that begins without one.
    const first = this.#offered?.video === undefined ? 0 : this.#held.findIndex(isPicture);
    const held = this.#held.slice(Math.max(first, 0));
    this.#release();
    for (const { track, packet } of held) this.#write(track, packet);
  }

  /** Called several times a second: for waits that end, and for sound that does not come. */
  tick(): void {
    const now = this.#args.now();
    const { video } = this.#tracks;
    if (video?.needsKey === true) this.#ask(video, now);
    // Where nothing comes at all the recording stands still, too; its sound goes on with the next picture or sound.
    if (now - (this.#lastPacketAt ?? 0) < awaySeconds) this.#writer?.tick(now);
    if (this.#waiters.length > 0 && this.#ready(now)) this.#makeOffer(now);
  }

  #makeOffer(now: number): void {
    this.#origin ??= { startedAt: this.#held[0]?.packet.arrivedAt ?? now, lag: this.#lag() };
    const offered = { video: this.#heldVideo()?.track.format };
    this.#offered = offered;
    const offer = { ...offered, originOf };
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve(offer);
  }

  /** Nothing follows. */
  end(): void {
    this.#writer?.end();
    this.#writer = undefined;
  }

  #lag(): number | undefined {
    return commonLag(this.#present().map(({ clock }) => clock));
  }

  #present(): Track[] {
    const { video, audio } = this.#tracks;
    return [video, audio].flatMap((track) =>
      track === undefined || track.packets === 0 ? [] : [track],
    );
  }

  #heldVideo(): Waiting | undefined {
    return this.#held.find(isPicture);
  }

  #ready(now: number): boolean {
    if (this.#firstAt === undefined || this.#held.length === 0) return false;
    const waited = now - this.#firstAt;
    const { video, audio } = this.#tracks;
    if (video !== undefined && this.#heldVideo() === undefined) {
      if (waited < this.#waits.pictureSeconds) return false;
    }
    if (this.#origin !== undefined) return true;
    if ((video === undefined || audio === undefined) && waited < this.#waits.companionSeconds) {
      return false;
    }
    const aligned = this.#present().every(({ clock }) => clock.reported);
    return aligned || waited >= this.#waits.alignSeconds;
  }

  #take(track: Track, packet: Packet): void {
    track.packets += 1;
    this.#figures.packets += 1;
    this.#lastPacketAt = packet.arrivedAt;
    this.#firstAt ??= packet.arrivedAt;
    track.clock.note(packet);
    for (const ordered of track.reorder.take(packet)) this.#inOrder(track, ordered);
    if (this.#waiters.length > 0) this.tick();
  }

  #inOrder(track: Track, { packet, lost }: InOrder): void {
    this.#figures.lost += lost;
    // Senders probe the network with packets that carry nothing.
    if (packet.payload.length === 0) return;
    this.#came.arrived.add(track.args.kind);
    if (track.args.kind === "video" && !this.#fits(track, packet, lost)) return;
    if (this.#writer === undefined) this.#hold(track, packet);
    else this.#write(track, packet);
  }

  /** Whether a decoder can do something with the packet. */
  #fits(track: Track, { payload, arrivedAt, timestamp }: Packet, lost: number): boolean {
    const { codec } = track.args;
    if (codec === undefined || track.blank === timestamp) return false;
    const start = pictureStart(codec, payload);
    if (start.isBlank === true) {
      track.blank = timestamp;
      track.needsKey = true;
      return false;
    }
    if (start.sps) track.sps = start.sps;
    if (start.pps) track.pps = start.pps;
    // A still picture until the next whole one is better than a broken one.
    if (lost > 0) track.needsKey = true;
    if (track.needsKey && start.isKey) track.needsKey = false;
    if (track.needsKey) this.#ask(track, arrivedAt);
    return !track.needsKey;
  }

  #ask(track: Track, now: number): void {
    if (now - track.askedAt < askSeconds || track.packets === 0) return;
    track.askedAt = now;
    track.args.requestKey();
  }

  #hold(track: Track, packet: Packet): void {
    this.#held.push({ track, packet });
    this.#heldBytes += packet.payload.length;
    if (this.#heldBytes <= mostHeldBytes) return;
    this.#release();
    if (this.#tracks.video) this.#tracks.video.needsKey = true;
  }

  #release(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }

  #stopPart(): void {
    this.#writer = undefined;
    this.#offered = undefined;
    const { video } = this.#tracks;
    if (video) video.needsKey = true;
  }

  #write(track: Track, packet: Packet): void {
    const writer = this.#writer;
    const origin = this.#origin;
    if (writer === undefined || origin === undefined) {
      this.#hold(track, packet);
      return;
    }
    const { kind, codec } = track.args;
    const media = track.clock.mediaOf(packet);
    if (kind === "audio") {
      writer.audio(track.clock.place(media, origin), packet.payload);
      return;
    }
    const isStart = codec !== undefined && pictureStart(codec, packet.payload).isKey;
    if (isStart && !sameFormat(track.format, this.#offered?.video)) {
      // Parameter sets may come in packets of their own, before the picture.
      if (track.format !== undefined) this.#change(track, packet);
      return;
    }
    if (this.#offered?.video === undefined) return;
    writer.video(track.clock.place(media, origin), packet);
    if (packet.marker) this.#figures.pictures += 1;
  }

  #change(track: Track, packet: Packet): void {
    const before = this.#offered?.video;
    this.#args.onChange?.(
      before === undefined ? "a picture came" : "the format of the picture changed",
    );
    this.#writer?.end();
    this.#writer = undefined;
    this.#offered = undefined;
    this.#hold(track, packet);
  }
}
