import { open, type FileHandle } from "node:fs/promises";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { JobFailure } from "../failure.ts";
import type { MediaTools } from "./ffmpeg.ts";
import { pictureGuard } from "@framewright/media/input.ts";
import { describeForeignFile, describeText, describeUnknown } from "./foreign-file.ts";
import { allowedDemuxers, sniffBytes, sniffContainer } from "./sniff.ts";
import { isJpeg, jpegBytes, stillPicture } from "./still-picture.ts";

/**
 * ffmpeg warns of what it finds with this score or less (AVPROBE_SCORE_RETRY), yet a stream of MP3
 * or AAC frames that begins in the middle of one gets no more.
 */
const leastScore = 25;

const Guess = Type.Object({
  format: Type.Object({ format_name: Type.String(), probe_score: Type.Integer() }),
});

async function readStart(file: FileHandle, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
  return buffer.subarray(0, bytesRead);
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const head = await readStart(file, sniffBytes);
    return isJpeg(head) ? await readStart(file, jpegBytes) : head;
  } finally {
    await file.close();
  }
}

/**
 * ffmpeg compares the demuxer's name with the list when it has seen the first bytes, before that
 * demuxer reads anything (avformat_open_input in libavformat/demux.c): what is not allowed is never
 * opened.
 */
function guessArgs(path: string): string[] {
  return [
    ...["-v", "error", "-print_format", "json", "-show_entries", "format=format_name,probe_score"],
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", [...allowedDemuxers].join(",")],
    ...[...pictureGuard, "-nofind_stream_info", "-i", `file:${path}`],
  ];
}

/** The name by which the demuxer can be asked for; ffmpeg's own is a list, `matroska,webm`. */
function allowedName(text: string): string | undefined {
  const { format_name: names, probe_score: score } = Value.Parse(Guess, JSON.parse(text)).format;
  if (score < leastScore) return undefined;
  return names.split(",").find((name) => allowedDemuxers.has(name));
}

/** A refused name is an error without a kind of its own for ffmpeg; a stall is the file's fault too. */
function isFileAtFault({ kind, code }: JobFailure): boolean {
  return kind === "input" || code === "encoder-failed" || code === "encoder-stalled";
}

async function askFfprobe(
  tools: MediaTools,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const options = { reads: [path], signal, timeoutMs: 30_000 };
    const text = await tools.run("ffprobe", guessArgs(path), options);
    return allowedName(text);
  } catch (error) {
    if (error instanceof JobFailure && isFileAtFault(error)) return undefined;
    throw error;
  }
}

function refusal(what: string | undefined): JobFailure {
  return new JobFailure("container-unsupported", what ? { note: `It looks like ${what}.` } : {});
}

/**
 * Names the one demuxer that may open the file: by its first bytes where they are certain, otherwise
 * by ffprobe's word if the allow-list has it. Refuses the file with what it seems to be. Archives
 * come first, because a transport stream can be seen in one.
 */
export async function findDemuxer(
  tools: MediaTools,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const head = await readHead(path);
  if (head.length === 0) throw new JobFailure("source-empty");
  const picture = stillPicture(head);
  if (picture) throw refusal(`${picture}; a single picture is not a video`);
  const foreign = describeForeignFile(head);
  if (foreign) throw refusal(foreign);
  const certain = sniffContainer(head);
  if (certain) return certain;
  const text = describeText(head);
  if (text) throw refusal(text);
  const demuxer = await askFfprobe(tools, path, signal);
  if (!demuxer) throw refusal(describeUnknown(head));
  return demuxer;
}
