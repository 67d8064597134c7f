import type { AudioTrackResult, RenditionResult } from "@framewright/contracts/job.ts";
import { measureBandwidth, type Bandwidth } from "./bandwidth.ts";
import type { SegmentMeasure } from "./fragment.ts";
import type { TrackInit } from "./init-segment.ts";
import type { Plan } from "@framewright/media/plan.ts";
import {
  writeMediaPlaylist,
  type MasterPlaylist,
  type MediaEntry,
  type Variant,
} from "@framewright/media/playlist.ts";
import { toNumber } from "@framewright/media/rational.ts";
import type { SoundRendition } from "@framewright/media/sound-renditions.ts";

/** A track as it was written: its own words, and the measure of each segment in order. */
export interface Track {
  readonly name: string;
  readonly init: TrackInit;
  readonly initBytes: number;
  readonly segments: readonly SegmentMeasure[];
}

/** Names under the attempt's prefix; the same for every job. */
export const initUri = "init.mp4";
const playlistUri = "index.m3u8";
export const masterUri = "master.m3u8";
export const posterUri = "poster.jpg";

/** Where the media playlist of a rendition lies, by its name. */
export function playlistPath(name: string): string {
  return `${name}/${playlistUri}`;
}

/** Name of the group that holds all sound. */
const audioGroup = "audio";

export function segmentUri(index: number): string {
  return `${String(index).padStart(5, "0")}.m4s`;
}

export function secondsOf(track: Track, ticks: number): number {
  return ticks / track.init.timescale;
}

export function trackSeconds(track: Track): number {
  return secondsOf(track, sumOf(track, "duration"));
}

export function trackSamples(track: Track): number {
  return sumOf(track, "samples");
}

function sumOf({ segments }: Track, key: "samples" | "duration"): number {
  return segments.reduce((sum, segment) => sum + segment[key], 0);
}

/** Pictures per second, by counting. */
export function countedFps(track: Track): number {
  return sumOf(track, "samples") / trackSeconds(track);
}

/** Whether so many pictures come in a second, by counting; ticks are whole, so that each picture may be off by one. */
export function comesAt(track: Track, fps: number): boolean {
  const pictures = sumOf(track, "samples");
  const wanted = (pictures * track.init.timescale) / fps;
  return Math.abs(sumOf(track, "duration") - wanted) <= pictures;
}

/** Written from the measured files, not from what the muxer believed. */
export function trackPlaylist(track: Track): string {
  const segments = track.segments.map((segment, index) => ({
    uri: segmentUri(index),
    seconds: secondsOf(track, segment.duration),
  }));
  return writeMediaPlaylist({ initUri, segments });
}

export function bandwidthOf(track: Track): Bandwidth {
  return measureBandwidth(
    track.segments.map((segment) => ({
      bytes: segment.bytes,
      seconds: secondsOf(track, segment.duration),
    })),
  );
}

/** Tracks that hold pictures, tallest first. */
export function picturesOf(tracks: readonly Track[]): Track[] {
  return tracks.filter(({ init }) => init.kind === "picture");
}

/** Tracks that hold sound, the one that plays by default first. */
export function soundsOf(tracks: readonly Track[]): Track[] {
  return tracks.filter(({ init }) => init.kind === "sound");
}

function soundVariant(track: Track): Variant {
  const { average, peak } = bandwidthOf(track);
  return {
    uri: playlistPath(track.name),
    bandwidth: peak,
    averageBandwidth: average,
    codecs: track.init.codecs,
    picture: undefined,
  };
}

/** Of all sound that pictures may be played with, the largest rates. */
function loudest(sounds: readonly Track[]): Bandwidth {
  const rates = sounds.map(bandwidthOf);
  return {
    average: Math.max(0, ...rates.map(({ average }) => average)),
    peak: Math.max(0, ...rates.map(({ peak }) => peak)),
  };
}

function pictureVariant(plan: Plan, track: Track, sounds: readonly Track[]): Variant {
  const { average, peak } = bandwidthOf(track);
  const sound = loudest(sounds);
  const { width, height, codecs } = track.init;
  return {
    uri: playlistPath(track.name),
    bandwidth: peak + sound.peak,
    averageBandwidth: average + sound.average,
    codecs: [...new Set([codecs, ...sounds.map(({ init }) => init.codecs)])].join(","),
    picture: { width, height, fps: toNumber(plan.cadence.fps) },
    audio: sounds.length > 0 ? audioGroup : undefined,
  };
}

function soundEntry(sound: SoundRendition, track: Track): MediaEntry {
  return {
    type: "AUDIO",
    groupId: audioGroup,
    name: sound.shown,
    language: sound.label.language,
    isDefault: sound.isDefault,
    autoselect: sound.autoselect,
    characteristics: sound.source.characteristics,
    channels: track.init.channels,
    uri: playlistPath(track.name),
  };
}

/** The planned sounds, each with its track. */
function soundPairs(
  { sounds }: Plan,
  tracks: readonly Track[],
): { readonly sound: SoundRendition; readonly track: Track }[] {
  return sounds.flatMap((sound) => {
    const track = tracks.find(({ name }) => name === sound.name);
    return track ? [{ sound, track }] : [];
  });
}

/** Sound is a group of its own beside pictures, and the one variant where it is alone. */
export function masterPlaylist(plan: Plan, tracks: readonly Track[]): MasterPlaylist {
  const pictures = picturesOf(tracks);
  const sounds = soundsOf(tracks);
  if (pictures.length === 0) return { media: [], variants: sounds.map(soundVariant) };
  return {
    media: soundPairs(plan, tracks).map(({ sound, track }) => soundEntry(sound, track)),
    variants: pictures.map((track) => pictureVariant(plan, track, sounds)),
  };
}

export function bytesOf({ segments, initBytes }: Track): number {
  return segments.reduce((total, { bytes }) => total + bytes, initBytes);
}

/** Sound beside pictures; where it is alone, it is a rendition. */
export function audioResults(plan: Plan, tracks: readonly Track[]): AudioTrackResult[] {
  if (picturesOf(tracks).length === 0) return [];
  return soundPairs(plan, tracks).map(({ sound, track }) => ({
    name: track.name,
    playlist: playlistPath(track.name),
    codecs: track.init.codecs,
    channels: track.init.channels,
    ...(sound.label.language !== undefined && { language: sound.label.language }),
    ...(sound.label.title !== undefined && { title: sound.label.title }),
    default: sound.isDefault,
    averageBandwidth: bandwidthOf(track).average,
    bytes: bytesOf(track),
  }));
}

export function renditionResults(plan: Plan, tracks: readonly Track[]): RenditionResult[] {
  const { variants } = masterPlaylist(plan, tracks);
  return variants.flatMap((variant): RenditionResult[] => {
    const track = tracks.find((one) => variant.uri === playlistPath(one.name));
    if (!track) return [];
    return [
      {
        name: track.name,
        playlist: variant.uri,
        ...(variant.picture && { width: variant.picture.width, height: variant.picture.height }),
        codecs: variant.codecs,
        averageBandwidth: variant.averageBandwidth,
        peakBandwidth: variant.bandwidth,
        segments: track.segments.length,
        bytes: bytesOf(track),
      },
    ];
  });
}
