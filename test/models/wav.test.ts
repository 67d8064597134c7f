import { expect, it } from "vitest";
import { joined, trimmed, wavFile } from "../../models/tts/wav.ts";

it("a WAV file says what is in it, and bounds what is too loud", () => {
  const file = wavFile(new Float32Array([0, 1, -1, 2]), 24_000);
  expect(file.toString("latin1", 0, 4) + file.toString("latin1", 8, 16)).toBe("RIFFWAVEfmt ");
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  expect([file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)]).toEqual([
    1, 24_000, 16,
  ]);
  expect(file.readUInt32LE(40)).toBe(8);
  expect([0, 1, 2, 3].map((index) => file.readInt16LE(44 + index * 2))).toEqual([
    0, 32_767, -32_767, 32_767,
  ]);
});

it("silence around speech goes, but for a margin", () => {
  const samples = new Float32Array(3000);
  samples.fill(0.5, 1000, 2000);
  const kept = trimmed(samples, 1000);
  expect([kept.length, kept[10], kept[9], kept.at(-29)]).toEqual([1039, 0.5, 0, 0]);
});

it("nothing but silence leaves nothing", () => {
  expect(trimmed(new Float32Array(100), 1000).length).toBe(0);
  expect(joined([], 10).length).toBe(0);
});

it("parts follow each other after a pause", () => {
  const parts = [new Float32Array([1, 1]), new Float32Array([2])];
  expect([...joined(parts, 2)]).toEqual([1, 1, 0, 0, 2]);
});
