import type { EarlyStream } from "@framewright/contracts/early-stream.ts";
import type { Plan } from "./plan.ts";
import { toNumber } from "./rational.ts";

/** What a track states of itself once its first segment is there. */
export interface BegunTrack {
  readonly name: string;
  readonly codecs: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** The smallest H.264 rendition, which every player shows, and the sound that plays by default: by their names. */
export function earlyTracks({ renditions, sounds }: Pick<Plan, "renditions" | "sounds">) {
  const h264 = renditions.filter(({ codec }) => codec === "h264");
  return { picture: h264.at(-1) ?? renditions.at(-1), sound: sounds[0] };
}

/** Nothing as long as one of the two has not begun. */
export function earlyStream(
  plan: Pick<Plan, "renditions" | "sounds" | "cadence">,
  begun: ReadonlyMap<string, BegunTrack>,
): EarlyStream | undefined {
  const { picture, sound } = earlyTracks(plan);
  const [shown, heard] = [picture, sound].map((track) => track && begun.get(track.name));
  if ((picture && !shown) || (sound && !heard) || (!shown && !heard)) return undefined;
  return {
    segmentSeconds: Number(plan.cadence.segmentSeconds),
    ...(picture &&
      shown && {
        picture: {
          ...{ name: picture.name, codecs: shown.codecs, kbps: picture.maxKbps },
          ...{ width: shown.width, height: shown.height, fps: toNumber(plan.cadence.fps) },
        },
      }),
    ...(sound &&
      heard && {
        sound: {
          ...{ name: sound.name, codecs: heard.codecs, kbps: sound.kbps },
          channels: heard.channels,
        },
      }),
  };
}
