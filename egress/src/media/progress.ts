import type { EgressTrack } from "@framewright/contracts/egress.ts";
import type { TrackPlan } from "./arguments.ts";
import type { Codecs } from "./stream-facts.ts";

/** What ffmpeg has written so far, as it reports. */
export interface Progress {
  /** undefined where no pictures are recorded. */
  readonly pictures: number | undefined;
  /** undefined while nothing is written. */
  readonly microseconds: number | undefined;
}

/** The last report in what ffmpeg says (`-progress`); undefined where there is none. */
export function readProgress(report: string): Progress | undefined {
  const last = (name: string): string | undefined =>
    [...report.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].at(-1)?.[1];
  const [pictures, microseconds] = [last("frame"), last("out_time_us")];
  if (microseconds === undefined) return undefined;
  return {
    pictures: pictures === undefined ? undefined : Number(pictures),
    microseconds: microseconds === "N/A" ? undefined : Number(microseconds),
  };
}

/** Whether something of a track that was waited for is written by now. */
export function hasCome(track: EgressTrack, { pictures, microseconds }: Progress): boolean {
  return track === "video" ? (pictures ?? 0) > 0 : microseconds !== undefined;
}

/**
 * How long an announced track may keep ffmpeg waiting, in seconds. Pictures begin with a key picture: x264 makes one every
 * 250 pictures unless it is told otherwise, which are 25 s at 10 in a second.
 */
export const patience = { sound: 10, pictures: 30 } as const;

export interface Known {
  readonly codecs: Codecs;
  readonly plan: TrackPlan;
  /** Since ffmpeg has known the tracks. It has looked at them for up to 5 s before. */
  readonly seconds: number;
}

/**
 * The announced track of which nothing came: ffmpeg writes nothing before each track that it encodes has begun, and of sound alone
 * it counts no picture. Where the only track does not come, the source is silent.
 */
export function unsentTrack(
  { codecs, plan, seconds }: Known,
  { pictures, microseconds }: Progress,
): EgressTrack | undefined {
  if (codecs.video === undefined || codecs.audio === undefined) return undefined;
  if (plan.video === "drop" || plan.audio === "drop") return undefined;
  if (microseconds !== undefined) {
    return pictures === 0 && seconds >= patience.pictures ? "video" : undefined;
  }
  const longest = plan.video === "copy" ? patience.sound : patience.pictures;
  return plan.audio === "encode" && seconds >= longest ? "audio" : undefined;
}
