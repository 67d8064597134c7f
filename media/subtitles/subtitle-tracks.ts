import type { JobWarning } from "@framewright/contracts/job.ts";
import { programmeOf, type ProbedStream, type ProbeReport } from "../probe-report.ts";
import { trackLabel, type TrackLabel } from "../track-names.ts";

/** Text subtitles of the source that become a rendition. */
export interface SubtitleTrack extends TrackLabel {
  /** Of the stream in the file. */
  readonly index: number;
  readonly codec: string;
  readonly forced: boolean;
  /** Players take it unless their user chooses another; at most one is. */
  readonly isDefault: boolean;
  /** For those who cannot hear: it also describes sounds. */
  readonly hearingImpaired: boolean;
  /** It is none of the source's streams: its text was heard, or translated from what was heard. */
  readonly isMade?: true;
}

export interface ChosenSubtitles {
  readonly tracks: readonly SubtitleTrack[];
  readonly warnings: readonly JobWarning[];
}

/** Text that ffmpeg 7.1 decodes. Pictures of text (PGS, DVB, VobSub) and teletext are none. */
const textCodecs: ReadonlySet<string> = new Set(
  [
    "subrip ass ssa mov_text webvtt text",
    "jacosub microdvd mpl2 pjs realtext sami stl subviewer subviewer1 vplayer",
  ]
    .join(" ")
    .split(" "),
);

const pictureCodecs: ReadonlySet<string> = new Set([
  "hdmv_pgs_subtitle",
  "dvb_subtitle",
  "dvd_subtitle",
  "xsub",
]);

/** More languages than any film has; each one is a folder of files. */
const maxTracks = 16;

type Named = Pick<SubtitleTrack, "index" | "codec">;

export function subtitleName({ index, codec }: Named): string {
  return `subtitle track ${index} (${codec})`;
}

/** The warning that a track is not in the result; `why` ends the sentence. */
export function subtitlesLeftOut(track: Named, why: string): JobWarning {
  return {
    code: "subtitles-left-out",
    message: `The ${subtitleName(track)} was left out: ${why}.`,
  };
}

function unusableBecause({ codec_name: codec = "unknown" }: ProbedStream): string | undefined {
  if (textCodecs.has(codec)) return undefined;
  if (pictureCodecs.has(codec)) return "it holds pictures of text, not text";
  return "subtitles of this kind cannot be read as text";
}

function named({ index, codec_name: codec = "unknown codec" }: ProbedStream): Named {
  return { index, codec };
}

function trackOf(stream: ProbedStream, first: ProbedStream | undefined): SubtitleTrack {
  const has = (name: string): boolean => stream.disposition?.[name] === 1;
  return {
    ...named(stream),
    ...trackLabel(stream.tags),
    forced: has("forced"),
    isDefault: stream === first,
    hearingImpaired: has("hearing_impaired"),
  };
}

/** Sorts the subtitles that belong to the picture into those that become renditions and those that are left out. */
export function chooseSubtitles(
  report: ProbeReport,
  videoIndex: number | undefined,
): ChosenSubtitles {
  const belongs = videoIndex === undefined ? () => true : programmeOf(report, videoIndex);
  const found = report.streams.filter(
    ({ codec_type: type, index }) => type === "subtitle" && belongs(index),
  );
  const usable = found.filter((stream) => unusableBecause(stream) === undefined);
  const kept = usable.slice(0, maxTracks);
  const first = kept.find(({ disposition }) => disposition?.["default"] === 1);
  return {
    tracks: kept.map((stream) => trackOf(stream, first)),
    warnings: [
      ...found.flatMap((stream) => {
        const why = unusableBecause(stream);
        return why === undefined ? [] : [subtitlesLeftOut(named(stream), why)];
      }),
      ...usable
        .slice(maxTracks)
        .map((stream) =>
          subtitlesLeftOut(named(stream), `a result has at most ${maxTracks} of them`),
        ),
    ],
  };
}
