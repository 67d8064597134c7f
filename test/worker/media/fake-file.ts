import type { ToolOptions } from "../../../worker/src/media/ffmpeg.ts";
/** A file that is not there, as ffprobe and ffmpeg describe it. */
export interface FakeFile {
  readonly streams: readonly object[];
  readonly format?: object;
  readonly programs?: readonly object[];
  /** One line per packet. */
  readonly packets: readonly string[];
  /** Samples in each frame that comes out of the decoder of an audio track. */
  readonly samples?: Readonly<Record<number, readonly number[]>>;
  /** One line per keyframe: time, width, height, shape of a pixel. */
  readonly keyframes?: readonly string[];
  /** What idet says of each looked-at picture, in both looks together. */
  readonly fields?: readonly string[];
}

export interface Track {
  readonly index: number;
  /** Seconds of one packet. */
  readonly step: number;
  readonly seconds: number;
  readonly start?: number;
}

/** Packets that follow on each other without a gap, as ffprobe prints them. */
export function packetsOf({ index, step, seconds, start = 0 }: Track): string[] {
  return Array.from({ length: Math.round(seconds / step) }, (_, at) => {
    const time = (start + at * step).toFixed(6);
    return `${index},${time},${time},${step.toFixed(6)},K__`;
  });
}

function valueOf(args: readonly string[], option: string): string {
  return args[args.indexOf(option) + 1] ?? "";
}

/** What the tool prints when it is run on the file. */
export function describeFile(file: FakeFile, tool: string, args: readonly string[]): string {
  if (tool === "ffmpeg") {
    return (file.fields ?? [])
      .map((kind) => `lavfi.idet.multiple.current_frame=${kind}\n`)
      .join("");
  }
  if (args.includes("-show_streams")) {
    const { streams, format = {}, programs = [] } = file;
    return JSON.stringify({ streams, format, programs });
  }
  const entries = valueOf(args, "-show_entries");
  if (entries.startsWith("packet=")) return file.packets.map((line) => `${line}\n`).join("");
  if (entries === "frame=nb_samples") {
    const index = Number(valueOf(args, "-select_streams"));
    return (file.samples?.[index] ?? []).map((count) => `${count}\n`).join("");
  }
  return (file.keyframes ?? []).map((line) => `${line}\n`).join("");
}

/** As media tools answer: piece by piece where somebody takes the pieces. */
export function answer(text: string, { onOutput }: Pick<ToolOptions, "onOutput">): string {
  onOutput?.(text);
  return onOutput ? "" : text;
}
