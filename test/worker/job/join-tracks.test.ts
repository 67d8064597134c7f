import { expect, it } from "vitest";
import { joinArgs, sizeOfTracks } from "../../../worker/src/job/join-tracks.ts";

it("pictures and sound are joined by a stream copy", () => {
  const input = (path: string) => [
    ...["-probesize", "33554432", "-analyzeduration", "20000000"],
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", "mov", "-max_streams", "100"],
    ...["-max_pixels", "34471936", "-f", "mov", "-i", `file:${path}`],
  ];
  expect(joinArgs("/w/a", "/w/b", "/w/c")).toEqual([
    ...["-nostdin", "-hide_banner", "-loglevel", "warning", "-progress", "pipe:1", "-nostats"],
    ...input("/w/a"),
    ...input("/w/b"),
    ...["-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-f", "mp4", "-y", "file:/w/c"],
  ]);
});

it("a source in tracks has the size of all their files", () => {
  const file = (sizeBytes: number) => ({ url: "http://store.test/", sizeBytes });
  const tracks = [{ files: [file(1), file(20)] }, { files: [file(300)] }];
  expect(sizeOfTracks(tracks)).toBe(321);
});
