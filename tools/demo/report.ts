import type { Job } from "@framewright/contracts/client-api.ts";
import { sizeOf } from "./verify.ts";

const blocks = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A progress bar of `width` characters. */
export function bar(percent: number, width = 30): string {
  const eighths = Math.round((Math.min(100, Math.max(0, percent)) / 100) * width * 8);
  const whole = "█".repeat(Math.floor(eighths / 8)) + (blocks[eighths % 8] ?? "");
  return whole.padEnd(width, "░");
}

/** One line on how far a job is. */
export function progressLine(job: Job): string {
  const { progress } = job;
  if (progress === undefined) return `${bar(0)}   0 %  ${job.state}`;
  const speed = progress.speed === undefined ? "" : `  ${progress.speed.toFixed(2)}x`;
  const percent = `${Math.round(progress.percent).toString().padStart(3)} %`;
  return `${bar(progress.percent)} ${percent}  ${progress.stage}${speed}`;
}

/** Columns padded to the widest cell, the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((row) => `  ${row.map(cell).join("  ")}`).join("\n");
}

export function renditionTable(job: Job): string {
  const kilobits = (bits: number): string => `${Math.round(bits / 1000)} kb/s`;
  const rows = (job.renditions ?? []).map((rendition) => [
    rendition.name,
    sizeOf(rendition),
    rendition.codecs,
    kilobits(rendition.averageBandwidth),
    kilobits(rendition.peakBandwidth),
    String(rendition.segments),
    `${(rendition.bytes / 1e6).toFixed(1)} MB`,
  ]);
  return table([["rendition", "size", "codecs", "average", "peak", "segments", "bytes"], ...rows]);
}

export function timingTable(job: Job): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const { timings, queuedMs } = job;
  if (timings === undefined) return "";
  const rows = [
    ["waited in the queue", seconds(queuedMs ?? 0)],
    ["downloaded in", seconds(timings.downloadMs)],
    ["probed in", seconds(timings.probeMs)],
    ...(timings.dubMs === undefined ? [] : [["dubbed in", seconds(timings.dubMs)]]),
    ["encoded in", seconds(timings.encodeMs)],
    ["last upload after", seconds(timings.uploadMs)],
    ["verified in", seconds(timings.verifyMs)],
    ["the worker's whole time", seconds(timings.totalMs)],
  ];
  return table(rows);
}
