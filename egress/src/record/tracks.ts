import type { EgressTrack } from "@framewright/contracts/egress.ts";
import type { EgressLease } from "@framewright/contracts/recorder-api.ts";
import type { StreamFacts } from "../media/stream-facts.ts";
import type { CameTracks } from "../sources/opened-source.ts";
import { RecordingFailure } from "./task.ts";

type Wish = Pick<EgressLease, "expect" | "startWithinSeconds" | "soFar">;

const words = {
  absent: (names: string) => `The source has no ${names}`,
  unsent: (names: string) => `The source announced ${names} and sent none`,
} as const;

function say(what: keyof typeof words, tracks: readonly EgressTrack[]): string[] {
  return tracks.length === 0 ? [] : [words[what](tracks.join(" and "))];
}

/** Which tracks a source has and which it only announces, against those that the recording is for. */
export class Tracks {
  readonly #wish: Wish;
  #knownMs: number | undefined;
  #facts: StreamFacts | undefined;
  #came: CameTracks | undefined;
  /** Whether something was recorded by others: it is worth more than a track that is silent from now on. */
  #goesOn: boolean;

  constructor(wish: Wish) {
    this.#wish = wish;
    this.#goesOn = wish.soFar.seconds > 0;
  }

  /** What ffmpeg found in the source at last. */
  get facts(): StreamFacts | undefined {
    return this.#facts;
  }

  learn(facts: StreamFacts): void {
    this.#facts = facts;
    this.#knownMs ??= performance.now();
  }

  /** What a source says that receives its tracks itself: its ffmpeg is given silence where no sound comes. */
  follow(came: CameTracks | undefined): void {
    this.#came = came;
  }

  /** Another process has recorded it so far. */
  goOn(): void {
    this.#goesOn = true;
  }

  /** There is a segment. Of a URL it has all that was awaited, but for what ffmpeg writes when it is told to end. */
  begin(): void {
    if (this.#came === undefined && this.#missed.length === 0) this.#goesOn = true;
  }

  /** Tracks that the recording does not begin without. */
  get awaited(): readonly EgressTrack[] {
    return this.#goesOn ? [] : this.#wish.expect;
  }

  /** Announced tracks of which nothing came. */
  get #unsent(): readonly EgressTrack[] {
    const came = this.#came;
    if (came === undefined) return this.#facts?.unsent ?? [];
    return [...came.announced].filter((track) => !came.arrived.has(track));
  }

  get #missed(): readonly EgressTrack[] {
    return this.awaited.filter((track) => this.#unsent.includes(track));
  }

  /** Tracks that are not even announced; in a room they still may be. */
  get #absent(): readonly EgressTrack[] {
    const [facts, came] = [this.#facts, this.#came];
    return this.#wish.expect.filter((track) =>
      came === undefined ? facts?.[track] === undefined : !came.announced.has(track),
    );
  }

  /** Throws what an expected track lacks for good. One that is announced has its time, and so has whoever may still join a room. */
  require(isAtEnd = false): void {
    if (this.#knownMs === undefined) return;
    const known = performance.now() - this.#knownMs;
    const isLate = isAtEnd || known >= this.#wish.startWithinSeconds * 1000;
    const isFinal = this.#came === undefined || (isLate && !this.#goesOn);
    const [problem] = [
      ...(isFinal ? say("absent", this.#absent) : []),
      ...(isLate ? say("unsent", this.#missed) : []),
    ];
    if (problem !== undefined) throw new RecordingFailure("track-missing", problem);
  }

  /** Of a room that another process has recorded as well, it is not known what came before. */
  get warnings(): string[] {
    return this.#came !== undefined && this.#goesOn ? [] : say("unsent", this.#unsent);
  }
}
