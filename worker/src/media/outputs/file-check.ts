import { Type } from "typebox";
import { Value } from "typebox/value";
import { inputArgs, inputUrl, pictureGuard } from "@framewright/media/input.ts";

const Report = Type.Object({
  streams: Type.Array(
    Type.Object({
      codec_type: Type.String(),
      nb_frames: Type.String({ pattern: "^\\d+$" }),
      start_time: Type.String(),
      duration: Type.String(),
    }),
  ),
});

export function fileReportArgs(path: string): string[] {
  const entries = "stream=codec_type,nb_frames,start_time,duration";
  const print = ["-v", "error", "-print_format", "json", "-show_entries", entries];
  return [...print, ...inputArgs("mov", path)];
}

/** Decodes all sound and each keyframe: pictures between them were looked at in the segments. */
export function decodeArgs(path: string, kinds: readonly WantedTrack["kind"][]): string[] {
  return [
    ...["-nostdin", "-v", "error", "-xerror"],
    ...(kinds.includes("video") ? ["-skip_frame:v", "nokey"] : []),
    ...inputArgs("mov", path),
    ...["-map", "0", "-f", "null", "-"],
  ];
}

/** What a track of the file must be, by the segments that it was made of. */
export interface WantedTrack {
  readonly kind: "video" | "audio";
  readonly samples: number;
  readonly seconds: number;
}

/** A stamp is rounded to the file's own ticks. */
const roundingSeconds = 0.01;

/** Where the tracks of the file are not the ones of the segments, sample for sample. */
export function trackProblems(
  path: string,
  text: string,
  wanted: readonly WantedTrack[],
): string[] {
  const { streams } = Value.Parse(Report, JSON.parse(text));
  const shown = (kind: string, samples: number | string, seconds: number): string =>
    `${kind} of ${samples} samples and ${seconds.toFixed(2)} s`;
  const fits = streams.map((stream, index) => {
    const track = wanted[index];
    if (!track) return false;
    const { kind, samples, seconds } = track;
    const late = Math.abs(Number(stream.start_time)) > roundingSeconds;
    // The last sample of a sound may be cut short in the segments, and is whole again in a file.
    const spare = roundingSeconds + seconds / samples;
    const long = Math.abs(Number(stream.duration) - seconds) > spare;
    return stream.codec_type === kind && Number(stream.nb_frames) === samples && !late && !long;
  });
  if (streams.length === wanted.length && fits.every(Boolean)) return [];
  const seen = streams.map((one) => shown(one.codec_type, one.nb_frames, Number(one.duration)));
  const right = wanted.map((one) => shown(one.kind, one.samples, one.seconds));
  return [`${path} has ${seen.join(", ") || "nothing"}; right is ${right.join(", ")}`];
}

/** A file begins with its type and its index: what comes behind is not read here. */
export const headBytes = 64;

/** Players begin before the file is there only where the index comes first. */
export function indexComesFirst(head: Buffer): boolean {
  const size = head.readUInt32BE(0);
  return (
    head.toString("latin1", 4, 8) === "ftyp" &&
    head.toString("latin1", size + 4, size + 8) === "moov"
  );
}

const Pictures = Type.Object({
  streams: Type.Array(
    Type.Object({
      width: Type.Integer(),
      height: Type.Integer(),
      nb_read_frames: Type.String({ pattern: "^\\d+$" }),
    }),
    { minItems: 1, maxItems: 1 },
  ),
});

/** Decodes the numbered pictures of a folder. */
export function picturesReportArgs(folder: string): string[] {
  return [
    ...["-v", "error", "-print_format", "json", "-count_frames"],
    ...["-show_entries", "stream=width,height,nb_read_frames"],
    ...["-protocol_whitelist", "file", ...pictureGuard],
    ...["-f", "image2", "-start_number", "0", "-i", inputUrl(`${folder}/%05d.jpg`)],
  ];
}

export interface WantedPictures {
  readonly what: string;
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

export function picturesProblems(text: string, wanted: WantedPictures): string[] {
  const [seen] = Value.Parse(Pictures, JSON.parse(text)).streams;
  const found = `${seen?.nb_read_frames ?? 0} of ${seen?.width ?? 0}x${seen?.height ?? 0}`;
  const right = `${wanted.count} of ${wanted.width}x${wanted.height}`;
  return found === right ? [] : [`${wanted.what}: there are ${found}; right is ${right}`];
}
