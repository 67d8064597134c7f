import type { RenditionResult } from "@framewright/contracts/job.ts";
import { measureBandwidth, type Bandwidth } from "./bandwidth.ts";
import type { SegmentMeasure } from "./fragment.ts";
import type { TrackInit } from "./init-segment.ts";
import { audioName, type Plan } from "./plan.ts";
import { writeMediaPlaylist, type MasterPlaylist, type Variant } from "./playlist.ts";
import { toNumber } from "./rational.ts";

/** A track as it was written: its own words, and the measure of each segment in order. */
export interface Track {
  readonly name: string;
  readonly init: TrackInit;
  readonly initBytes: number;
  readonly segments: readonly SegmentMeasure[];
}

/** Names under the attempt's prefix; the same for every job. */
export const initUri = "init.mp4";
export const playlistUri = "index.m3u8";
export const masterUri = "master.m3u8";
export const posterUri = "poster.jpg";

export function segmentUri(index: number): string {
  return `${String(index).padStart(5, "0")}.m4s`;
}

export function secondsOf(track: Track, ticks: number): number {
  return ticks / track.init.timescale;
}

export function trackSeconds(track: Track): number {
  return secondsOf(
    track,
    track.segments.reduce((total, segment) => total + segment.duration, 0),
  );
}

/** Written from the measured files, not from what the muxer believed. */
export function trackPlaylist(track: Track): string {
  const segments = track.segments.map((segment, index) => ({
    uri: segmentUri(index),
    seconds: secondsOf(track, segment.duration),
  }));
  return writeMediaPlaylist({ initUri, segments });
}

function bandwidthOf(track: Track): Bandwidth {
  return measureBandwidth(
    track.segments.map((segment) => ({
      bytes: segment.bytes,
      seconds: secondsOf(track, segment.duration),
    })),
  );
}

function audioOf(tracks: readonly Track[]): Track | undefined {
  return tracks.find((track) => track.name === audioName);
}

function soundVariant(track: Track): Variant {
  const { average, peak } = bandwidthOf(track);
  return {
    uri: `${track.name}/${playlistUri}`,
    bandwidth: peak,
    averageBandwidth: average,
    codecs: track.init.codecs,
    picture: undefined,
  };
}

function pictureVariant(plan: Plan, track: Track, audio: Track | undefined): Variant {
  const { average, peak } = bandwidthOf(track);
  const sound = audio ? bandwidthOf(audio) : { average: 0, peak: 0 };
  const { width, height, codecs } = track.init;
  return {
    uri: `${track.name}/${playlistUri}`,
    bandwidth: peak + sound.peak,
    averageBandwidth: average + sound.average,
    codecs: [codecs, ...(audio ? [audio.init.codecs] : [])].join(","),
    picture: { width, height, fps: toNumber(plan.cadence.fps) },
  };
}

/** Sound is a group of its own beside pictures, and the one variant where it is alone. */
export function masterPlaylist(plan: Plan, tracks: readonly Track[]): MasterPlaylist {
  const audio = audioOf(tracks);
  const pictures = tracks.filter((track) => track !== audio);
  if (audio && pictures.length === 0) {
    return { variants: [soundVariant(audio)], audioUri: undefined };
  }
  return {
    variants: pictures.map((track) => pictureVariant(plan, track, audio)),
    audioUri: audio && `${audio.name}/${playlistUri}`,
  };
}

export function renditionResults(plan: Plan, tracks: readonly Track[]): RenditionResult[] {
  const { variants } = masterPlaylist(plan, tracks);
  return variants.flatMap((variant): RenditionResult[] => {
    const track = tracks.find((one) => variant.uri === `${one.name}/${playlistUri}`);
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
        bytes: track.segments.reduce((total, one) => total + one.bytes, track.initBytes),
      },
    ];
  });
}
