import type { Plan } from "@framewright/media/plan.ts";
import type {
  Manifest,
  Representation,
  TextTrack,
  TrackSet,
} from "@framewright/media/outputs/manifest.ts";
import type { SoundRendition } from "@framewright/media/sound-renditions.ts";
import { shownNames } from "../subtitles/entries.ts";
import type { SubtitleRendition } from "../subtitles/rendition.ts";
import { bandwidthOf, initUri, picturesOf, soundsOf, trackSeconds, type Track } from "../tracks.ts";

/** Subtitles as one file, which DASH has beside the segments of HLS. */
export function wholeTextPath({ name }: Pick<SubtitleRendition, "name">): string {
  return `${name}/subtitles.vtt`;
}

function representation(plan: Pick<Plan, "cadence">, track: Track): Representation {
  const { name, init, segments } = track;
  const { width, height } = init;
  return {
    id: name,
    codecs: init.codecs,
    bandwidth: bandwidthOf(track).peak,
    timescale: init.timescale,
    init: `${name}/${initUri}`,
    media: `${name}/$Number%05d$.m4s`,
    ticks: segments.map(({ duration }) => duration),
    picture: init.kind === "picture" ? { width, height, fps: plan.cadence.fps } : undefined,
    channels: init.channels,
  };
}

/** Players switch within a set without starting a decoder of another codec. */
function pictureSets(plan: Pick<Plan, "cadence">, tracks: readonly Track[]): TrackSet[] {
  const byCodec = Map.groupBy(picturesOf(tracks), ({ init }) => init.codecs.split(".")[0]);
  return [...byCodec.values()].map((same) => ({
    kind: "video",
    language: undefined,
    label: undefined,
    roles: ["main"],
    representations: same.map((track) => representation(plan, track)),
  }));
}

function soundRole({ isDefault, layout, source }: SoundRendition): string {
  if (isDefault || layout !== "stereo") return "main";
  if (source.isCommentary) return "commentary";
  return source.characteristics.length > 0 ? "description" : "alternate";
}

function soundSets(plan: Pick<Plan, "cadence" | "sounds">, tracks: readonly Track[]): TrackSet[] {
  return soundsOf(tracks).flatMap((track): TrackSet[] => {
    const sound = plan.sounds.find(({ name }) => name === track.name);
    if (!sound) return [];
    return [
      {
        kind: "audio",
        language: sound.label.language,
        label: sound.shown,
        roles: [soundRole(sound)],
        representations: [representation(plan, track)],
      },
    ];
  });
}

function textRole({ track }: SubtitleRendition): string {
  if (track.forced) return "forced-subtitle";
  return track.hearingImpaired ? "caption" : "subtitle";
}

/** A track of text and the bytes of its file. */
export interface SizedText {
  readonly rendition: SubtitleRendition;
  readonly bytes: number;
}

function textTracks(texts: readonly SizedText[], seconds: number): TextTrack[] {
  const names = shownNames(texts.map(({ rendition }) => rendition));
  return texts.map(({ rendition, bytes }, index) => ({
    id: rendition.name,
    language: rendition.track.language,
    label: names[index] ?? rendition.name,
    roles: [textRole(rendition), ...(rendition.track.isDefault ? ["main"] : [])],
    path: wholeTextPath(rendition),
    bandwidth: Math.max(1, Math.ceil((8 * bytes) / seconds)),
  }));
}

/** The manifest over the segments that were written. */
export function manifestOf(
  plan: Pick<Plan, "cadence" | "sounds">,
  tracks: readonly Track[],
  texts: readonly SizedText[],
): Manifest {
  const durationSeconds = Math.max(...tracks.map(trackSeconds));
  return {
    durationSeconds,
    sets: [...pictureSets(plan, tracks), ...soundSets(plan, tracks)],
    texts: textTracks(texts, durationSeconds),
  };
}
