import { AudioLine } from "./audio-line.ts";
import { streams, type StreamKind } from "./describe.ts";
import { serializePacket, type Packet } from "./packet.ts";
import type { Reader } from "./rtsp-server.ts";

/** RTP timestamps begin here, so that a picture may be earlier than the first one without an underflow. */
const marginSeconds = 10;

/** Sound that is later than this has stopped. Twice the longest wait for a retransmission. */
const silenceAfterSeconds = 1;

/** In which this many looks find nothing: a process that stood still reads what came meanwhile before the next look. */
const looksBeforeSilence = 3;

/** The RTP timestamp where a part's time is 0. */
export function originOf(kind: StreamKind): number {
  return marginSeconds * streams[kind].clockRate;
}

/** Writes the packets of one part: to one ffmpeg, with timestamps of the recording's own. */
export class PartWriter {
  readonly #reader: Reader;
  readonly #startedAt: number;
  readonly #sound = new AudioLine();
  readonly #sequence = { video: 0, audio: 0 };
  /** Where the part begins in the time of the recording. */
  #begin: number | undefined;
  #lastPicture = Number.NEGATIVE_INFINITY;
  #lastTimestamp: number | undefined;
  #late = 0;

  constructor(reader: Reader, startedAt: number) {
    this.#reader = reader;
    this.#startedAt = startedAt;
  }

  video(at: number, { payload, marker, timestamp }: Packet): void {
    this.#begin ??= at;
    // The packets of one picture share a time; the next one's is later, whatever a new sender's clock says.
    const isNew = timestamp !== this.#lastTimestamp;
    if (isNew) this.#lastPicture = Math.max(at - this.#begin, this.#lastPicture + 0.001);
    this.#lastTimestamp = timestamp;
    this.#send("video", this.#lastPicture, { payload, marker });
  }

  audio(at: number, payload: Buffer): void {
    this.#begin ??= at;
    this.#late = 0;
    for (const piece of this.#sound.add(at - this.#begin, payload)) {
      this.#send("audio", piece.at, { payload: piece.payload, marker: false });
    }
  }

  tick(now: number): void {
    if (this.#begin === undefined) return;
    const due = now - this.#startedAt - this.#begin - silenceAfterSeconds;
    if (this.#sound.end >= due) {
      this.#late = 0;
      return;
    }
    this.#late += 1;
    if (this.#late < looksBeforeSilence) return;
    for (const { at, payload } of this.#sound.fillTo(due)) {
      this.#send("audio", at, { payload, marker: false });
    }
  }

  end(): void {
    this.#reader.end();
  }

  #send(kind: StreamKind, at: number, packet: Pick<Packet, "payload" | "marker">): void {
    const { payloadType, clockRate, ssrc } = streams[kind];
    const sequence = this.#sequence[kind];
    this.#sequence[kind] = (sequence + 1) & 0xffff;
    const timestamp = Math.round((at + marginSeconds) * clockRate);
    this.#reader.send(kind, serializePacket({ payloadType, ssrc, sequence, timestamp, ...packet }));
  }
}
