import type { EgressTrack } from "@framewright/contracts/egress.ts";
import type { Codecs } from "./stream-facts.ts";

/** Seconds of a segment, at most those of a group of pictures more. */
const segmentSeconds = 2;

/** What becomes of each track. */
export interface TrackPlan {
  readonly video: "copy" | "encode" | "drop";
  readonly audio: "copy" | "copy-adts" | "encode" | "drop";
}

export interface Wanted {
  readonly height: number | undefined;
  readonly aac: AacForm;
  /** Tracks of which nothing comes: ffmpeg would wait for them. */
  readonly without?: readonly EgressTrack[];
}

/** How AAC comes, and what that makes of copying it. */
const copiedAac = {
  adts: "copy-adts",
  described: "copy",
  // ffmpeg (7.1) copies what begins with a key packet, and marks none of AAC by RTP as one: not a single packet would be kept.
  unmarked: "encode",
} as const satisfies Record<string, TrackPlan["audio"]>;
export type AacForm = keyof typeof copiedAac;

/** Encodes only what cannot be kept. */
export function planTracks(codecs: Codecs, { height, aac, without = [] }: Wanted): TrackPlan {
  const { video = "h264", audio = "aac" } = codecs;
  const kept: TrackPlan = {
    video: video === "h264" && height === undefined ? "copy" : "encode",
    audio: audio === "aac" ? copiedAac[aac] : "encode",
  };
  return {
    video: without.includes("video") ? "drop" : kept.video,
    audio: without.includes("audio") ? "drop" : kept.audio,
  };
}

const audioArguments = {
  copy: ["-c:a", "copy"],
  // The hls muxer does not add it, and dies after its first fragment.
  "copy-adts": ["-c:a", "copy", "-bsf:a", "aac_adtstoasc"],
  encode: ["-c:a", "aac", "-b:a", "128k", "-af", "aresample=async=1000"],
  drop: [],
} as const satisfies Record<TrackPlan["audio"], readonly string[]>;

/** What is grabbed from a display and a sound server, as two inputs of one clock. */
export interface Capture {
  /** Pictures in a second. */
  readonly rate: number;
}

const x264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"];
const keyPictures = ["-force_key_frames", `expr:gte(t,n_forced*${segmentSeconds})`];

/** The shortest time without a picture or without sound that counts. */
const emptySeconds = 2;
/** Luma of what counts as black, as a share of its range: a dark page is not. */
const black = `blackdetect=d=${emptySeconds}:pix_th=0.01:pic_th=0.995`;
const silence = `silencedetect=noise=-60dB:duration=${emptySeconds}`;

function scaled(height: number | undefined): string[] {
  return height === undefined ? [] : [`scale=-2:${height}`];
}

function grabbedVideo({ rate }: Capture, height: number | undefined): string[] {
  const filters = [`fps=${rate}:start_time=0`, ...scaled(height), "format=yuv420p", black];
  // As many threads as a recorder has cores: ffmpeg would take one and a half for each of the node's.
  const limits = ["-maxrate", "4M", "-bufsize", "8M", "-threads", "2"];
  return [...x264, ...keyPictures, ...limits, "-vf", filters.join(",")];
}

function videoArguments(
  { video }: TrackPlan,
  { height, capture }: Pick<RecordingArguments, "height" | "capture">,
): string[] {
  if (video === "drop") return [];
  if (video === "copy") return ["-c:v", "copy"];
  if (capture) return grabbedVideo(capture, height);
  const filters = scaled(height);
  return [
    ...x264,
    // As many pictures as came, each at its time: what comes live has no rate of its own.
    ...["-fps_mode", "vfr", "-enc_time_base", "demux", ...keyPictures],
    ...(filters.length === 0 ? [] : ["-vf", ...filters]),
  ];
}

function soundArguments({ audio }: TrackPlan, capture: Capture | undefined): readonly string[] {
  if (!capture) return audioArguments[audio];
  // What comes before the first picture is left out, and what is missing is filled.
  const filters = `aresample=async=1000:first_pts=0,${silence}`;
  return ["-c:a", "aac", "-b:a", "128k", "-af", filters];
}

export interface RecordingArguments {
  readonly inputArguments: readonly string[];
  readonly plan: TrackPlan;
  readonly height: number | undefined;
  readonly capture?: Capture | undefined;
  /** Where segments and their playlist go. */
  readonly folder: string;
  /** Unset: until it is stopped. */
  readonly seconds?: number;
}

export const playlistName = "index.m3u8";

/** One ffmpeg that makes segments and nothing else: a second output that fails would end the first as well. */
export function recordingArguments(asked: RecordingArguments): string[] {
  const { inputArguments, plan, capture, folder, seconds } = asked;
  return [
    ...["-hide_banner", "-loglevel", "info", "-nostats", "-progress", "pipe:1"],
    ...["-stats_period", "1", ...inputArguments],
    ...(plan.video === "drop" ? [] : ["-map", "0:v:0?"]),
    ...(plan.audio === "drop" ? [] : ["-map", capture ? "1:a:0" : "0:a:0?"]),
    ...videoArguments(plan, asked),
    ...soundArguments(plan, capture),
    ...(seconds === undefined ? [] : ["-t", String(seconds)]),
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

export interface LookedAt {
  /** Size of its pictures when they are looked at. */
  readonly width: number;
  readonly height: number;
  readonly sampleRate: number;
}

const ofFiles = ["-protocol_whitelist", "file,crypto"];

/** Every picture of a recording in grey, and its sound as one channel of 16 bits from the recording's time 0. */
export function readingArguments(
  playlist: string,
  { width, height, sampleRate }: LookedAt,
  to: { readonly pictures: string; readonly sound: string },
): string[] {
  return [
    ...[...quiet, ...ofFiles, "-copyts", "-i", playlist],
    ...["-map", "0:v:0", "-vf", `scale=${width}:${height}:flags=area,format=gray`],
    ...["-fps_mode", "passthrough", "-f", "rawvideo", to.pictures],
    ...["-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1"],
    ...["-ar", String(sampleRate), "-f", "s16le", to.sound],
  ];
}

/** The time of each picture, a line each. Sound begins before the picture by what its codec needs, so that none is a multiple of a picture's time. */
export function timesArguments(playlist: string): string[] {
  const shown = ["-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  return ["-v", "error", ...ofFiles, ...shown, playlist];
}
