import type { Choice, JobWarning } from "@framewright/contracts/job.ts";
import {
  byPreference,
  decodedSample,
  lookArgs,
  stereoPair,
  toStereo,
  undecodableBecause,
  unusableBecause,
} from "./audio-tracks.ts";
import type { StreamScan } from "./packet-scan.ts";
import type { Opened } from "./open-source.ts";
import { programmeOf, type ProbedStream } from "./probe-report.ts";
import type { SourceAudio } from "./source.ts";
import { spanOf, type Timeline } from "./timeline.ts";

type Scans = ReadonlyMap<number, StreamScan>;

/** The chosen sound of a file, before its place in time is known. */
export interface ChosenAudio {
  readonly scans: readonly StreamScan[];
  readonly read: (timeline: Timeline) => SourceAudio | undefined;
  readonly warnings: readonly JobWarning[];
  readonly choices: readonly Choice[];
}

function nameOf(stream: ProbedStream): string {
  return `audio track ${stream.index} (${stream.codec_name ?? "unknown codec"})`;
}

/** Why a track cannot be used: by its description and its packets first, then by decoding a little. */
async function faultOf(
  opened: Opened,
  stream: ProbedStream,
  scan: StreamScan | undefined,
): Promise<string | undefined> {
  const stated = unusableBecause(stream, scan);
  if (stated || !scan) return stated;
  const text = await opened.probe(lookArgs(stream.index, scan.times[0] ?? 0));
  return undecodableBecause(scan, decodedSample(text));
}

interface Sorted {
  readonly usable: ProbedStream[];
  readonly warnings: JobWarning[];
}

async function sortOut(
  opened: Opened,
  streams: readonly ProbedStream[],
  scans: Scans,
): Promise<Sorted> {
  const sorted: Sorted = { usable: [], warnings: [] };
  for (const stream of streams) {
    const fault = await faultOf(opened, stream, scans.get(stream.index));
    if (fault === undefined) sorted.usable.push(stream);
    else {
      const message = `The ${nameOf(stream)} was left out: ${fault}.`;
      sorted.warnings.push({ code: "audio-track-left-out", message });
    }
  }
  return sorted;
}

/** A pair of mono tracks has been joined before. */
const joinedPair = { channels: 2, channel_layout: "stereo" } as const;

function describe(
  stream: ProbedStream,
  streams: readonly ProbedStream[],
  scans: Scans,
): ChosenAudio["read"] {
  const isPair = streams.length > 1;
  return (timeline) => {
    const spans = streams.flatMap(({ index }) => {
      const scan = scans.get(index);
      const span = scan && spanOf(timeline, scan);
      return span ? [span] : [];
    });
    return {
      indices: streams.map(({ index }) => index),
      toStereo: toStereo(isPair ? joinedPair : stream),
      codec: stream.codec_name ?? "unknown",
      channels: isPair ? joinedPair.channels : (stream.channels ?? 0),
      sampleRate: Number(stream.sample_rate ?? 0),
      span: {
        start: Math.min(...spans.map(({ start }) => start)),
        end: Math.max(...spans.map(({ end }) => end)),
      },
    };
  };
}

function reasonFor(candidates: readonly ProbedStream[], chosen: ProbedStream): string {
  if (candidates.length === 1) return "It is the only audio track.";
  return chosen.disposition?.["default"] === 1
    ? "It is the default track that can be used."
    : "It is the first audio track that can be used.";
}

/**
 * The best usable sound that belongs to the picture. A track that cannot be used is left out with a
 * warning: it is no reason to refuse the film.
 */
export async function readAudio(
  opened: Opened,
  scans: Scans,
  videoIndex: number | undefined,
): Promise<ChosenAudio> {
  const { streams } = opened.report;
  const belongs = videoIndex === undefined ? () => true : programmeOf(opened.report, videoIndex);
  const candidates = byPreference(
    streams.filter((stream) => stream.codec_type === "audio" && belongs(stream.index)),
  );
  const { usable, warnings } = await sortOut(opened, candidates, scans);
  const [first] = usable;
  if (!first) return { scans: [], read: () => undefined, warnings, choices: [] };
  const pair = stereoPair(first, usable);
  const chosen = pair ?? [first];
  const choice: Choice = pair
    ? {
        subject: "audio",
        choice: `${nameOf(pair[0])} as left and ${nameOf(pair[1])} as right`,
        reason: "They are one stereo sound in two mono tracks.",
      }
    : { subject: "audio", choice: nameOf(first), reason: reasonFor(candidates, first) };
  return {
    scans: chosen.flatMap(({ index }) => scans.get(index) ?? []),
    read: describe(first, chosen, scans),
    warnings,
    choices: [choice],
  };
}
