import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { videoCodecs, type VideoCodec } from "@framewright/contracts/profile.ts";
import type { ColourTags } from "@framewright/media/colour.ts";
import { segmentsInput } from "@framewright/media/input.ts";

/** What ffprobe sees in a written track, independent of our own reading of the boxes. */
const Inspection = Type.Object({
  codec_name: Type.String(),
  profile: Type.Optional(Type.String()),
  level: Type.Optional(Type.Integer()),
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  sample_rate: Type.Optional(Type.String()),
  channels: Type.Optional(Type.Integer()),
  sample_aspect_ratio: Type.Optional(Type.String()),
  color_range: Type.Optional(Type.String()),
  color_space: Type.Optional(Type.String()),
  color_primaries: Type.Optional(Type.String()),
  color_transfer: Type.Optional(Type.String()),
});
export type Inspection = Static<typeof Inspection>;

const Report = Type.Object({ streams: Type.Array(Inspection, { minItems: 1, maxItems: 1 }) });

/** Reads the initialisation segment and one media segment from stdin. */
export const inspectArgs = [
  ...["-v", "error", "-print_format", "json", "-show_streams"],
  ...segmentsInput,
] as const;

export function parseInspection(text: string): Inspection {
  const [stream] = Value.Parse(Report, JSON.parse(text)).streams;
  if (!stream) throw new Error("ffprobe saw no stream");
  return stream;
}

const profiles: Readonly<Record<string, string>> = {
  "Constrained Baseline": "42",
  Baseline: "42",
  Main: "4d",
  High: "64",
};

function matchesAvc(stated: string, { profile = "", level = 0 }: Inspection): boolean {
  const [, ours, seen] = /^avc1\.(..)..(..)$/.exec(stated) ?? [];
  return ours === profiles[profile] && seen === level.toString(16).padStart(2, "0");
}

/** Everything is 8 bits 4:2:0, in the profile that all decoders of the codec have. */
function matchesHevc(stated: string, { profile, level = 0 }: Inspection): boolean {
  const [, ours, seen] = /^hvc1\.(\d+)\.[0-9A-F]+\.L(\d+)(?:\.[0-9A-F]{2})*$/.exec(stated) ?? [];
  return profile === "Main" && ours === "1" && seen === `${level}`;
}

function matchesAv1(stated: string, { profile, level = 0 }: Inspection): boolean {
  const [, ours, seen] = /^av01\.(\d)\.(\d\d)M\.08$/.exec(stated) ?? [];
  return profile === "Main" && ours === "0" && Number(seen) === level;
}

const matches = {
  h264: matchesAvc,
  hevc: matchesHevc,
  av1: matchesAv1,
} as const satisfies Record<VideoCodec, (stated: string, seen: Inspection) => boolean>;

/** Whether a CODECS string says what ffprobe sees; the constraint flags it cannot see. */
export function codecsMatch(stated: string, seen: Inspection): boolean {
  if (seen.codec_name === "aac") return seen.profile === "LC" && stated === "mp4a.40.2";
  const codec = videoCodecs.find((one) => one === seen.codec_name);
  return codec !== undefined && matches[codec](stated, seen);
}

/** How a player is to read the colours, where that is not as planned. */
export function otherTags(
  { matrix, primaries, transfer }: ColourTags,
  seen: Inspection,
): string | undefined {
  const stated = [seen.color_space, seen.color_primaries, seen.color_transfer, seen.color_range];
  const text = stated.map((value = "unknown") => value).join("/");
  return text === `${matrix}/${primaries}/${transfer}/tv` ? undefined : text;
}
