import { inputUrl, pictureGuard } from "../input.ts";

/** What every command that makes files out of the encoded segments begins with. */
export const begin = [
  ...["-nostdin", "-y", "-hide_banner", "-v", "warning", "-nostats"],
  ...["-progress", "pipe:1", "-stats_period", "0.5"],
] as const;

/** On scratch alone: its names are those of the files there, and it is never stored. */
export function localPlaylist(outputDir: string, name: string): string {
  return `${outputDir}/${name}/local.m3u8`;
}

/** The segments of one track, which the attempt itself has written. */
export function segmentsArgs(outputDir: string, name: string): string[] {
  return [
    ...["-protocol_whitelist", "file", "-format_whitelist", "hls,mov", ...pictureGuard],
    ...["-f", "hls", "-i", inputUrl(localPlaylist(outputDir, name))],
  ];
}
