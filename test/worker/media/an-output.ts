import { encoders } from "../../../media/encoders/index.ts";
import type { SegmentMeasure } from "../../../worker/src/media/fragment.ts";
import { planEncode } from "../../../media/plan.ts";
import { writeMasterPlaylist } from "../../../media/playlist.ts";
import { masterPlaylist, trackPlaylist, type Track } from "../../../worker/src/media/tracks.ts";
import type { Output } from "../../../worker/src/media/verify.ts";
import { aPicture, aSource } from "../../media/a-source.ts";
import { aProfile } from "../../support/profiles.ts";

/** Of eight seconds in 480p. */
export const source = aSource({ durationSeconds: 8, video: { picture: aPicture(854, 480) } });

export const common = {
  profile: aProfile("hls-1080p"),
  encoder: encoders.cpu,
  device: "",
  threads: 1,
  sourcePath: "/s",
  outputDir: "/o",
} as const;
export const stereoPlan = planEncode({ source, ...common });

/** 512 ticks per frame at 15360 per second. */
function videoSegment(firstFrame: number, frames: number): SegmentMeasure {
  const start = firstFrame * 512;
  const gops = Array.from({ length: Math.ceil(frames / 60) }, (_, gop) => start + gop * 60 * 512);
  return {
    bytes: frames * 1000,
    decodeStart: start,
    duration: frames * 512,
    samples: frames,
    presentationStart: start,
    keyframes: gops,
    keyframesAreIdr: true,
  };
}

export function videoTrack(name: string, width: number, height: number): Track {
  const init = {
    ...({ kind: "picture", codec: "h264", codecs: "avc1.64001f", timescale: 15360 } as const),
    ...{ width, height, channels: 0, hasEditList: false },
  };
  return { name, init, initBytes: 800, segments: [videoSegment(0, 180), videoSegment(180, 60)] };
}

export const audioTrack: Track = {
  name: "audio",
  init: {
    ...{ kind: "sound", codec: undefined, codecs: "mp4a.40.2", timescale: 48000, channels: 2 },
    ...{ width: 0, height: 0, hasEditList: false },
  },
  initBytes: 700,
  segments: [0, 288_768].map((decodeStart) => ({
    bytes: 90_000,
    decodeStart,
    duration: decodeStart === 0 ? 288_768 : 95_232,
    samples: decodeStart === 0 ? 282 : 93,
    presentationStart: decodeStart,
    keyframes: [],
    keyframesAreIdr: true,
  })),
};

/** As ffprobe names the colours of {@link source}. */
export const tags = {
  ...{ color_space: "bt709", color_primaries: "bt709" },
  ...{ color_transfer: "bt709", color_range: "tv" },
};

/** What an attempt has made when its tracks are these. */
export function outputOf(tracks: readonly Track[], plan = stereoPlan): Output {
  const playlists = new Map(
    tracks.map((track) => [`${track.name}/index.m3u8`, trackPlaylist(track)]),
  );
  const inspections = new Map(
    tracks.map((track) => [
      track.name,
      track.init.kind === "sound"
        ? { codec_name: "aac", profile: "LC", channels: track.init.channels }
        : {
            codec_name: "h264",
            profile: "High",
            level: 31,
            width: track.init.width,
            height: track.init.height,
            ...tags,
          },
    ]),
  );
  const master = writeMasterPlaylist(masterPlaylist(plan, tracks));
  return { plan, source, tracks, inspections, playlists, master };
}

export const [top, low] = [videoTrack("480p", 854, 480), videoTrack("360p", 640, 360)];
export const good = outputOf([top, low, audioTrack]);
