import { expect, it } from "vitest";
import { LoudnessReader } from "../../../worker/src/media/loudness-reader.ts";

const frame = (integrated: string, range: string, peak: string) =>
  [
    ...["frame:0    pts:0       pts_time:0", `lavfi.r128.I=${integrated}`],
    ...["frame:0    pts:0       pts_time:0", `lavfi.r128.LRA=${range}`],
    ...["frame:0    pts:0       pts_time:0", `lavfi.r128.true_peak=${peak}`],
    "",
  ].join("\n");

it("the last figures are those of the whole, however the text is cut", () => {
  const text = frame("-70.000", "0.000", "0.010") + frame("-23.04", "7.26", "0.891");
  for (const size of [1, 7, 1000]) {
    const reader = new LoudnessReader();
    for (let at = 0; at < text.length; at += size) reader.add(text.slice(at, at + size));
    expect(reader.loudness()).toEqual({ lufs: -23, truePeakDbtp: -1, rangeLu: 7.3 });
  }
});

it("nothing, and what is no number, is silence", () => {
  const silence = { lufs: -70, truePeakDbtp: -120, rangeLu: 0 };
  expect(new LoudnessReader().loudness()).toEqual(silence);
  const reader = new LoudnessReader();
  reader.add(frame("nan", "nan", "0.000"));
  reader.add("lavfi.r128.I=-20; rm -rf\n");
  expect(reader.loudness()).toEqual(silence);
});
