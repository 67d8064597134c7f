import { opusSeconds, silentFrame, silentFrameSeconds } from "./opus.ts";

export interface AudioPiece {
  /** Seconds of the part. */
  readonly at: number;
  readonly payload: Buffer;
}

/** Shorter gaps are the jitter of timestamps. */
const gapSeconds = 0.06;

/** Packets that begin earlier than their predecessor ends by less than this are jitter as well. */
const overlapSeconds = 0.02;

/**
 * The sound of one part without gaps: where nothing comes, because the sender is muted, lost its connection, sends nothing in
 * pauses or has no sound at all, it has silence. So the recording always has a track of sound, and pictures do not wait for it.
 */
export class AudioLine {
  #end = 0;

  /** Where the sound ends so far, in seconds of the part. */
  get end(): number {
    return this.#end;
  }

  /** The packet, and the silence before it. Nothing where the time is filled already. */
  add(at: number, payload: Buffer): AudioPiece[] {
    if (at < this.#end - overlapSeconds) return [];
    const before = at - this.#end > gapSeconds ? this.fillTo(at) : [];
    this.#end = Math.max(at, this.#end) + opusSeconds(payload);
    return [...before, { at, payload }];
  }

  fillTo(at: number): AudioPiece[] {
    const pieces: AudioPiece[] = [];
    while (this.#end + silentFrameSeconds <= at) {
      pieces.push({ at: this.#end, payload: silentFrame });
      this.#end += silentFrameSeconds;
    }
    return pieces;
  }
}
