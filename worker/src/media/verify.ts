import { clipProblems } from "./clip-check.ts";
import { shortfall } from "./shortfall.ts";
import { codecsMatch, otherTags, type Inspection } from "./inspect.ts";
import type { Plan } from "@framewright/media/plan.ts";
import { masterPlaylistProblems, mediaPlaylistProblems, type Published } from "./playlist-check.ts";
import { toNumber } from "@framewright/media/rational.ts";
import type { Source } from "@framewright/media/source.ts";
import {
  comesAt,
  countedFps,
  picturesOf,
  secondsOf,
  soundsOf,
  trackSeconds,
  type Track,
} from "./tracks.ts";

/** Everything that an attempt has made, against what was planned. */
export interface Output extends Published {
  readonly plan: Plan;
  readonly source: Source;
  /** ffprobe's view, by the track's name. */
  readonly inspections: ReadonlyMap<string, Inspection>;
}

interface Check {
  /** What is true when nothing was found. */
  readonly passed: string;
  readonly problems: (output: Output) => string[];
}

function frameTicks(output: Output, track: Track): number {
  return track.init.timescale / toNumber(output.plan.cadence.fps);
}

function missingTracks({ plan, tracks }: Output): string[] {
  const names = tracks.map((track) => track.name);
  return plan.folders.flatMap((name) => {
    const track = tracks.find((one) => one.name === name);
    if (!track) return [`${name} is missing; there are ${names.join(", ") || "none"}`];
    return track.segments.length === 0 ? [`${name} has no segments`] : [];
  });
}

function pictureProblems(output: Output): string[] {
  return output.plan.renditions.flatMap((planned) => {
    const track = output.tracks.find((one) => one.name === planned.name);
    const seen = output.inspections.get(planned.name);
    const sizes = [track?.init, seen].map((one) => `${one?.width ?? 0}x${one?.height ?? 0}`);
    const wanted = `${planned.width}x${planned.height}`;
    return sizes.every((size) => size === wanted)
      ? []
      : [`${planned.name} is ${sizes.join(" and ")}, planned was ${wanted}`];
  });
}

/** What players are told of channels must be what both the configuration and a decoder say. */
function channelProblems({ plan, tracks, inspections }: Output): string[] {
  return plan.sounds.flatMap(({ name, channels }) => {
    const track = tracks.find((one) => one.name === name);
    const stated = track?.init.channels ?? 0;
    const seen = inspections.get(name)?.channels ?? 0;
    return stated === channels && seen === channels
      ? []
      : [`${name} has ${stated} and ${seen} channels, planned were ${channels}`];
  });
}

function codecProblems(output: Output): string[] {
  return output.tracks.flatMap((track) => {
    const seen = output.inspections.get(track.name);
    if (!seen) return [`${track.name} was not probed`];
    if (codecsMatch(track.init.codecs, seen)) return [];
    const view = `${seen.codec_name} ${seen.profile ?? ""} level ${seen.level ?? "-"}`;
    return [`${track.name} states ${track.init.codecs}, the bitstream is ${view}`];
  });
}

/** Numbers that are right are shown wrong by a player that reads them otherwise. */
function colourProblems(output: Output): string[] {
  const { video } = output.source;
  return picturesOf(output.tracks).flatMap(({ name }) => {
    const seen = output.inspections.get(name);
    const tags = video && seen && otherTags(video.colour.output, seen);
    return tags === undefined ? [] : [`${name} is tagged ${tags}`];
  });
}

/** Rates that differ by less are the same one; see `plannedRate`. */
const sameRate = 1.0005;

/** What was written, by counting, has the planned rate, and that is one which the profile allows. */
function rateProblems({ plan, tracks }: Output): string[] {
  const { cadence, maxFps } = plan;
  const planned = toNumber(cadence.fps);
  const isAllowed = planned <= maxFps * sameRate;
  return picturesOf(tracks).flatMap((track) => {
    if (isAllowed && comesAt(track, planned)) return [];
    const wanted = `planned were ${planned.toFixed(3)}, and ${maxFps} are allowed`;
    return [`${track.name} has ${countedFps(track).toFixed(3)} frames per second; ${wanted}`];
  });
}

function keyframesOf(track: Track): string[] {
  return track.segments.flatMap((segment) =>
    segment.keyframes.map((time) => secondsOf(track, time).toFixed(6)),
  );
}

function keyframeProblems(output: Output): string[] {
  const [first, ...others] = picturesOf(output.tracks);
  if (!first) return [];
  const wanted = keyframesOf(first);
  return others.flatMap((track) => {
    const times = keyframesOf(track);
    const at = wanted.findIndex((time, index) => times[index] !== time);
    if (at < 0 && times.length === wanted.length) return [];
    const pair = `${wanted[at] ?? "none"} s in ${first.name}, ${times[at] ?? "none"} s`;
    return [`keyframe ${at} of ${track.name} differs: ${pair}`];
  });
}

function gopProblems(output: Output): string[] {
  return picturesOf(output.tracks).flatMap((track) => {
    const gop = output.plan.cadence.gopFrames * frameTicks(output, track);
    const times = track.segments.flatMap((segment) => segment.keyframes);
    const bad = times.findIndex((time, index) => Math.abs(time - index * gop) > 1);
    const open = track.segments.findIndex((segment) => !segment.keyframesAreIdr);
    return [
      ...(bad < 0 ? [] : [`keyframe ${bad} of ${track.name} lies off the grid`]),
      ...(open < 0 ? [] : [`segment ${open} of ${track.name} has a keyframe that is no IDR`]),
    ];
  });
}

function segmentProblems(output: Output): string[] {
  return picturesOf(output.tracks).flatMap((track) => {
    const frame = frameTicks(output, track);
    const wanted = output.plan.cadence.segmentFrames;
    return track.segments.flatMap((segment, index) => {
      const last = index === track.segments.length - 1;
      const fits = last ? segment.samples <= wanted : segment.samples === wanted;
      const regular = Math.abs(segment.duration - segment.samples * frame) <= segment.samples;
      const starts = segment.keyframes[0] === segment.presentationStart;
      if (fits && regular && starts) return [];
      return [`segment ${index} of ${track.name} has ${segment.samples} frames, not ${wanted}`];
    });
  });
}

function continuityProblems({ tracks }: Output): string[] {
  return tracks.flatMap((track) => {
    let expected = 0;
    const gap = track.segments.findIndex((segment) => {
      const off = segment.decodeStart !== expected;
      expected = segment.decodeStart + segment.duration;
      return off;
    });
    const late = (track.segments[0]?.presentationStart ?? 0) !== 0 || track.init.hasEditList;
    return [
      ...(gap < 0 ? [] : [`segment ${gap} of ${track.name} does not follow on the one before`]),
      ...(late ? [`${track.name} does not begin at zero`] : []),
    ];
  });
}

/** Samples of one AAC frame. */
const aacFrame = 1024;

/** Stamps can say anything: what a player hears is as long as the samples that it decodes. */
function sampleProblems({ tracks }: Output): string[] {
  return soundsOf(tracks).flatMap((track) => {
    const frames = track.segments.reduce((sum, segment) => sum + segment.samples, 0);
    const heard = secondsOf(track, frames * aacFrame);
    const stated = trackSeconds(track);
    return Math.abs(heard - stated) <= secondsOf(track, aacFrame)
      ? []
      : [`${track.name} lasts ${stated.toFixed(2)} s and holds ${heard.toFixed(2)} s of samples`];
  });
}

function durationProblems(output: Output): string[] {
  const lengths = new Set(picturesOf(output.tracks).map((track) => trackSeconds(track).toFixed(3)));
  const short = shortfall(output);
  return [
    ...(lengths.size > 1 ? [`renditions last ${[...lengths].join(", ")} s`] : []),
    ...(short ? [short] : []),
  ];
}

const checks: readonly Check[] = [
  { passed: "every planned rendition was written", problems: missingTracks },
  { passed: "every picture has its planned size", problems: pictureProblems },
  { passed: "every sound has its planned channels", problems: channelProblems },
  { passed: "CODECS agree with the bitstream", problems: codecProblems },
  { passed: "every picture states its colours", problems: colourProblems },
  { passed: "pictures come at the planned rate", problems: rateProblems },
  { passed: "keyframe times are equal over all renditions", problems: keyframeProblems },
  { passed: "GOPs are closed and of equal length", problems: gopProblems },
  {
    passed: "segments have their planned length and begin with a keyframe",
    problems: segmentProblems,
  },
  { passed: "every track begins at zero and has no gaps", problems: continuityProblems },
  { passed: "sound is as long as its samples", problems: sampleProblems },
  { passed: "durations agree with each other and with the source", problems: durationProblems },
  { passed: "media playlists parse and match the files", problems: mediaPlaylistProblems },
  {
    passed: "the master playlist parses and names every media playlist",
    problems: masterPlaylistProblems,
  },
];

/** Of a clip alone. */
const clipCheck: Check = {
  passed: "pictures and sound end where the clip does",
  problems: clipProblems,
};

export interface Verdict {
  readonly passed: readonly string[];
  readonly problems: readonly string[];
}

export function verifyOutput(output: Output): Verdict {
  const wanted = output.source.cut ? [...checks, clipCheck] : checks;
  const results = wanted.map((check) => ({ ...check, found: check.problems(output) }));
  return {
    passed: results.filter(({ found }) => found.length === 0).map(({ passed }) => passed),
    problems: results.flatMap(({ found }) => found),
  };
}
