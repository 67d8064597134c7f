import { Type, type Static } from "typebox";
import { Value } from "typebox/value";

const Text = Type.Optional(Type.String());
const Whole = Type.Optional(Type.Integer());

/** Side data of a stream, of the kinds that change what is shown. */
const SideData = Type.Object({
  side_data_type: Text,
  displaymatrix: Text,
  crop_top: Whole,
  crop_bottom: Whole,
  crop_left: Whole,
  crop_right: Whole,
  dv_profile: Whole,
  dv_bl_signal_compatibility_id: Whole,
});

const ProbedStream = Type.Object({
  index: Type.Integer(),
  codec_type: Text,
  codec_name: Text,
  width: Whole,
  height: Whole,
  pix_fmt: Text,
  sample_aspect_ratio: Text,
  avg_frame_rate: Text,
  r_frame_rate: Text,
  field_order: Text,
  start_time: Text,
  color_range: Text,
  color_space: Text,
  color_transfer: Text,
  color_primaries: Text,
  channels: Whole,
  channel_layout: Text,
  sample_rate: Text,
  disposition: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  tags: Type.Optional(Type.Record(Type.String(), Type.String())),
  side_data_list: Type.Optional(Type.Array(SideData)),
});
/** One stream as ffprobe describes it: all of it stated, nothing of it checked. */
export type ProbedStream = Static<typeof ProbedStream>;

const ProbeReport = Type.Object({
  format: Type.Object({ start_time: Text }),
  programs: Type.Optional(
    Type.Array(Type.Object({ streams: Type.Array(Type.Object({ index: Type.Integer() })) })),
  ),
  streams: Type.Array(ProbedStream),
});
export type ProbeReport = Static<typeof ProbeReport>;

export function parseReport(text: string): ProbeReport {
  return Value.Parse(ProbeReport, JSON.parse(text));
}

/** Of several streams, the one marked as default, otherwise the first. */
export function preferred<S extends Pick<ProbedStream, "disposition">>(
  streams: readonly S[],
): S | undefined {
  return streams.find((stream) => stream.disposition?.["default"] === 1) ?? streams[0];
}

/** The streams that a broadcast sends together with this one; all streams where nothing is said. */
export function programmeOf(report: ProbeReport, index: number): (stream: number) => boolean {
  const programme = report.programs?.find(({ streams }) =>
    streams.some((stream) => stream.index === index),
  );
  if (!programme) return () => true;
  const members = new Set(programme.streams.map((stream) => stream.index));
  return (stream) => members.has(stream);
}

/** The time stamp that ffmpeg takes for zero, in seconds. */
export function startTimeOf({ format }: ProbeReport): number {
  const time = Number.parseFloat(format.start_time ?? "");
  return Number.isFinite(time) ? time : 0;
}

/**
 * The same report, counted from the first of these tracks: where clocks may leap, that is what ffmpeg
 * takes for zero when it decodes no others (correct_input_start_times in fftools/ffmpeg_opt.c).
 */
export function countedFrom(report: ProbeReport, indices: readonly number[]): ProbeReport {
  const starts = report.streams
    .filter(({ index }) => indices.includes(index))
    .map(({ start_time: time }) => Number.parseFloat(time ?? ""))
    .filter((time) => Number.isFinite(time));
  if (starts.length === 0) return report;
  return { ...report, format: { ...report.format, start_time: `${Math.min(...starts)}` } };
}
