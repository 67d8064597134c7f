import { expect, it } from "vitest";
import { mixArgs } from "../../../media/dub/mix.ts";

function graphOf(bedLufs: number, voiceLufs: number): string {
  const loudness = (lufs: number) => ({ lufs, truePeakDbtp: -3, rangeLu: 4 });
  const args = mixArgs({
    ...{ bed: "/w/bed.wav", voice: "/w/voice.wav", to: "/w/dub.wav", seconds: 12 },
    loudness: { bed: loudness(bedLufs), voice: loudness(voiceLufs) },
  });
  return args[args.indexOf("-filter_complex") + 1] ?? "";
}

it("is as long as the film, however the voice and the original end", () => {
  const graph = graphOf(-23, -20);
  expect(graph.match(/apad/g)).toHaveLength(2);
  expect(graph).toMatch(/\[both\]atrim=end=12\.000000\[mix\]$/);
});

it.each([
  ["louder", -18, -25, "volume=7.00dB"],
  ["quieter", -30, -20, "volume=-10.00dB"],
  ["no louder than speech ever has to be", -10, -40, "volume=15.00dB"],
  ["as it is over silence", -70, -20, "volume=0.00dB"],
])("makes the voice %s, by the original", (_what, bed, voice, volume) => {
  expect(graphOf(bed, voice)).toContain(volume);
});
