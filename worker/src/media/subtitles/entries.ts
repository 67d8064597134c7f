import type { Choice, SubtitleResult } from "@framewright/contracts/job.ts";
import type { MasterPlaylist, MediaEntry } from "@framewright/media/playlist.ts";
import { playlistPath } from "../tracks.ts";
import { trackName, uniqueNames } from "@framewright/media/track-names.ts";
import type { SubtitleRendition } from "./rendition.ts";
import { subtitleName } from "@framewright/media/subtitles/subtitle-tracks.ts";

/** Name of the group that holds all subtitles. */
const group = "subtitles";

/** What Apple's HLS Authoring Specification asks for where sounds are described, too. */
const describesSounds = [
  "public.accessibility.transcribes-spoken-dialog",
  "public.accessibility.describes-music-and-sound",
];

/** What players show: a track that is marked says so where it has no title. */
function shownName({ track }: SubtitleRendition, index: number): string {
  const mark = track.forced ? "Forced" : track.hearingImpaired ? "SDH" : undefined;
  return trackName({ ...track, title: track.title ?? mark }, `Subtitles ${index + 1}`);
}

/** What players show of each, each name only once. */
export function shownNames(renditions: readonly SubtitleRendition[]): string[] {
  return uniqueNames(renditions.map(shownName));
}

function entryOf({ track, name }: SubtitleRendition, shown: string): MediaEntry {
  const { language } = track;
  return {
    type: "SUBTITLES",
    groupId: group,
    name: shown,
    language,
    isDefault: track.isDefault,
    autoselect: track.isDefault || track.forced || language !== undefined,
    forced: track.forced,
    characteristics: track.hearingImpaired ? describesSounds : [],
    uri: playlistPath(name),
  };
}

/** The same with subtitles for every variant. */
export function withSubtitles(
  master: MasterPlaylist,
  renditions: readonly SubtitleRendition[],
): MasterPlaylist {
  if (renditions.length === 0) return master;
  const names = shownNames(renditions);
  const entries = renditions.map((one, index) => entryOf(one, names[index] ?? one.name));
  return {
    media: [...master.media, ...entries],
    variants: master.variants.map((variant) => ({ ...variant, subtitles: group })),
  };
}

function choiceOf({ track, cues }: SubtitleRendition): Choice {
  const count = `${cues.length} ${cues.length === 1 ? "cue" : "cues"}`;
  const { language = "" } = track;
  if (track.isMade) {
    const choice = `what is said, in ${language}, as a WebVTT rendition`;
    return { subject: "subtitles", choice, reason: `The dub has the text: ${count}.` };
  }
  const choice = `${subtitleName(track)} as a WebVTT rendition`;
  return { subject: "subtitles", choice, reason: `It holds text: ${count}.` };
}

export function subtitleChoices(renditions: readonly SubtitleRendition[]): Choice[] {
  return renditions.map(choiceOf);
}

export function subtitleResults(renditions: readonly SubtitleRendition[]): SubtitleResult[] {
  return renditions.map(({ name, track }) => ({
    name,
    playlist: playlistPath(name),
    ...(track.language !== undefined && { language: track.language }),
    ...(track.title !== undefined && { title: track.title }),
    forced: track.forced,
  }));
}
