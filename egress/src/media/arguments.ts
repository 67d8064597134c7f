import type { StreamFacts } from "./stream-facts.ts";

/** Seconds of a segment, at most those of a group of pictures more. */
const segmentSeconds = 2;

/** What becomes of each track. */
export interface TrackPlan {
  readonly video: "copy" | "encode";
  readonly audio: "copy" | "copy-adts" | "encode";
}

export interface Wanted {
  readonly height: number | undefined;
  readonly aac: "adts" | "described";
}

/** Encodes only what cannot be kept. */
export function planTracks(facts: StreamFacts, { height, aac }: Wanted): TrackPlan {
  const { video = "h264", audio = "aac" } = facts;
  const copied = aac === "adts" ? "copy-adts" : "copy";
  return {
    video: video === "h264" && height === undefined ? "copy" : "encode",
    audio: audio === "aac" ? copied : "encode",
  };
}

const audioArguments = {
  copy: ["-c:a", "copy"],
  // The hls muxer does not add it, and dies after its first fragment.
  "copy-adts": ["-c:a", "copy", "-bsf:a", "aac_adtstoasc"],
  encode: ["-c:a", "aac", "-b:a", "128k", "-af", "aresample=async=1000"],
} as const satisfies Record<TrackPlan["audio"], readonly string[]>;

function videoArguments({ video }: TrackPlan, height: number | undefined): string[] {
  if (video === "copy") return ["-c:v", "copy"];
  return [
    ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"],
    // As many pictures as came, each at its time: what comes live has no rate of its own.
    ...["-fps_mode", "vfr", "-enc_time_base", "demux"],
    ...["-force_key_frames", `expr:gte(t,n_forced*${segmentSeconds})`],
    ...(height === undefined ? [] : ["-vf", `scale=-2:${height}`]),
  ];
}

export interface RecordingArguments {
  readonly inputArguments: readonly string[];
  readonly plan: TrackPlan;
  readonly height: number | undefined;
  /** Where segments and their playlist go. */
  readonly folder: string;
}

export const playlistName = "index.m3u8";

/** One ffmpeg that makes segments and nothing else: a second output that fails would end the first as well. */
export function recordingArguments(asked: RecordingArguments): string[] {
  const { inputArguments, plan, height, folder } = asked;
  return [
    ...["-hide_banner", "-loglevel", "info", "-nostats", "-progress", "pipe:1"],
    ...["-stats_period", "1", ...inputArguments],
    ...["-map", "0:v:0?", "-map", "0:a:0?"],
    ...videoArguments(plan, height),
    ...audioArguments[plan.audio],
    ...["-f", "hls", "-hls_time", String(segmentSeconds), "-hls_playlist_type", "event"],
    ...["-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4"],
    ...["-hls_flags", "independent_segments+temp_file+program_date_time"],
    ...["-hls_segment_filename", `${folder}/s%07d.m4s`, `${folder}/${playlistName}`],
  ];
}

const quiet = ["-nostdin", "-hide_banner", "-v", "error", "-y"];

/** An MP4 file of the initialisation segment and the segments that come through stdin. */
export function remuxArguments(output: string): string[] {
  const input = ["-protocol_whitelist", "pipe", "-f", "mp4", "-i", "pipe:0"];
  return [...quiet, ...input, "-map", "0", "-c", "copy", "-movflags", "+faststart", output];
}

/** One MP4 file of several. */
export function joinArguments(list: string, output: string): string[] {
  const input = ["-protocol_whitelist", "file", "-f", "concat", "-safe", "0", "-i", list];
  return [...quiet, ...input, "-map", "0", "-c", "copy", "-movflags", "+faststart", output];
}

/** A picture of a segment's beginning. A process of its own: it may fail, and the recording goes on. */
export function snapshotArguments(width: number, output: string): string[] {
  return [
    ...[...quiet, "-protocol_whitelist", "pipe", "-f", "mp4", "-skip_frame", "nokey"],
    ...["-i", "pipe:0", "-map", "0:v:0", "-frames:v", "1", "-vf", `scale=${width}:-2`],
    ...["-q:v", "4", "-f", "image2", "-update", "1", output],
  ];
}

/** Tracks, packets and length of a file. */
export function probeArguments(path: string): string[] {
  const shown = "stream=codec_type,nb_read_packets:format=duration,size";
  const input = ["-protocol_whitelist", "file", "-i", path];
  return ["-v", "error", "-count_packets", "-show_entries", shown, "-of", "json", ...input];
}
