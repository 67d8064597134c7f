import { wavInput } from "@framewright/media/made-sound.ts";
import { canSeek } from "@framewright/media/seeking.ts";
import type { SoundRendition } from "@framewright/media/sound-renditions.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import { timeInResult, timeInSource } from "@framewright/media/timeline.ts";
import {
  isLargeEnough,
  lookArgs,
  readPictures,
  type SmallPicture,
} from "../../media/landmarks/picture-look.ts";
import { lookPlaces, lookSeconds } from "../../media/landmarks/places.ts";
import {
  envelopeArgs,
  EnvelopeReader,
  stepSeconds,
  type Envelope,
} from "../../media/landmarks/sound-envelope.ts";
import { look, placeInResult, sourceCut, wholeSource, type SourceArgs } from "./looks.ts";

/** A stream of the source, or a sound that was made beside it; its times are then those of the result. */
export interface SourceSound {
  readonly index: number;
  readonly file: string | undefined;
}

/** What is seen and heard in the source; each look is taken once, however often it is asked for. */
export interface SourceLooks {
  /** Of some moments from this time of the result on. */
  readonly pictures: (time: number) => Promise<readonly SmallPicture[]>;
  /** The course of its loudness in the time of the result, up to this second. */
  readonly envelope: (sound: SourceSound, end: number) => Promise<Envelope>;
  /** Takes the looks while the result is made, which they need nothing of; they are stopped where that fails. */
  readonly beside: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Sound that is heard longer than its source lasts is wrong anyway. */
export const spareSeconds = 60;

/**
 * Some places all over the film, and where most pictures follow on each other. Where seeking leads
 * elsewhere, the film is looked at from its start, and not behind a leap that ffmpeg closes.
 */
export function timesOf({ source }: SourceArgs, video: SourceVideo): number[] {
  const inResult = (time: number): number => timeInResult(source.timeline, time);
  const [closing] = source.closings;
  const end = closing === undefined ? video.span.end : inResult(closing);
  if (!canSeek(source)) return lookPlaces(end, []);
  const places = lookPlaces(end, video.keyTimes.map(inResult));
  const all = video.busiest === undefined ? places : [...places, inResult(video.busiest)];
  // Of a clip, decoding begins before it, and nothing is looked at there.
  return all.filter((time) => time >= 0);
}

/** Decoders of larger pictures take too much memory side by side. */
const largestSideBySide = 1920 * 1088;

export function canLookSideBySide({ picture: { decoded } }: SourceVideo): boolean {
  return decoded.width * decoded.height <= largestSideBySide;
}

/** The streams or files that a sound is made of. */
export function soundsOf({ source: { indices, file } }: SoundRendition): SourceSound[] {
  return indices.map((index) => ({ index, file }));
}

/** Beside an encode, a look takes longer than one that has the machine to itself. */
const pictureTimeoutMs = 120_000;

async function lookAtPictures(args: SourceArgs, video: SourceVideo, time: number) {
  const at = timeInSource(args.source.timeline, time);
  const cut = sourceCut(args, video, { at, seconds: lookSeconds });
  const wanted = lookArgs(`0:${video.index}`, {
    before: cut.filters,
    seconds: lookSeconds,
    colours: video.colour.reading ?? "in_range=auto",
  });
  return readPictures(await look(args, [...cut.input, ...wanted], { timeoutMs: pictureTimeoutMs }));
}

/** Milliseconds that decoding all of a sound may take. */
export function listeningMs({ source: { durationSeconds } }: Pick<SourceArgs, "source">): number {
  return 60_000 + durationSeconds * 100;
}

/** All of it is decoded: that costs little, and gaps and shifts may be anywhere. */
async function listen(args: SourceArgs, { index, file }: SourceSound): Promise<Envelope> {
  const { durationSeconds } = args.source;
  const place = (time: number): number => (file === undefined ? placeInResult(args, time) : time);
  const reader = new EnvelopeReader({ place, maxSeconds: durationSeconds + spareSeconds });
  const input = file === undefined ? wholeSource(args) : wavInput(file);
  await look(args, [...input, ...envelopeArgs({ map: `0:${index}`, clock: "stamps" })], {
    timeoutMs: listeningMs(args),
    onOutput: (chunk) => {
      reader.add(chunk);
    },
    ...(file !== undefined && { reads: [file] }),
  });
  return reader.envelope();
}

/** Remembers what was asked for; a failure surfaces where it is awaited. */
function once<K, T>(ask: (key: K) => Promise<T>, nameOf: (key: K) => string) {
  const asked = new Map<string, Promise<T>>();
  return (key: K): Promise<T> => {
    const name = nameOf(key);
    const known = asked.get(name);
    if (known) return known;
    const asking = ask(key);
    asking.catch(() => undefined);
    asked.set(name, asking);
    return asking;
  };
}

export function lookAtSource(given: SourceArgs): SourceLooks {
  const stop = new AbortController();
  const signal = AbortSignal.any([given.signal, stop.signal]);
  const args = { ...given, signal };
  const { video } = args.source;
  const pictures = once(
    (time: number) => (video ? lookAtPictures(args, video, time) : Promise.resolve([])),
    String,
  );
  const envelope = once(
    (sound: SourceSound) => listen(args, sound),
    ({ index, file }) => `${index} ${file ?? ""}`,
  );
  const lookAhead = async (): Promise<void> => {
    if (!video || !canLookSideBySide(video) || !isLargeEnough(video.picture.displayed)) return;
    for (const time of timesOf(args, video)) await pictures(time);
  };
  const listenAhead = async (): Promise<void> => {
    for (const sound of args.plan.sounds.flatMap(soundsOf)) await envelope(sound);
  };
  return {
    pictures,
    envelope: async (sound, end) =>
      (await envelope(sound)).slice(0, Math.floor(end / stepSeconds) + 1),
    beside: async (work) => {
      const ahead = Promise.allSettled([lookAhead(), listenAhead()]);
      try {
        return await work();
      } catch (error) {
        stop.abort(error);
        await ahead;
        throw error;
      }
    },
  };
}
