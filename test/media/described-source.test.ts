import { describe, expect, it } from "vitest";
import type { SourceDescription } from "@framewright/contracts/job-plan.ts";
import { describedSource } from "../../media/described-source.ts";
import { encoders } from "../../media/encoders/index.ts";
import { statedRate } from "../../media/frame-rate.ts";
import { planEncode } from "../../media/plan.ts";
import { sourceInfo, type Source } from "../../media/source.ts";
import { aProfile } from "../support/profiles.ts";
import { aFile, probe } from "../worker/media/probing.ts";
import { anAudio, aSoundSource, aSource } from "./a-source.ts";

function commandOf(source: Source): readonly string[] {
  return planEncode({
    ...{ source, profile: aProfile("hls-1080p"), encoder: encoders.cpu, threads: 2 },
    ...{ device: "", sourcePath: "/source", outputDir: "/out" },
  }).argv;
}

const video = { width: 1920, height: 1080, fps: 30 };

describe("a described source", () => {
  it.each<[string, SourceDescription, Source]>([
    ["a film", { durationSeconds: 10, video, audio: { channels: 2 } }, aSource()],
    ["a film without sound", { durationSeconds: 10, video }, aSource({ audio: "none" })],
    [
      "sound alone",
      { durationSeconds: 10, audio: { channels: 2 } },
      { ...aSoundSource({ audio: anAudio(10, { indices: [0] }) }), lastTime: 10 },
    ],
    [
      "a film in Matroska",
      { container: "matroska,webm", durationSeconds: 10, video, audio: { channels: 2 } },
      aSource({ demuxer: "matroska,webm" }),
    ],
  ])("of %s gets the command of such a file", (_what, described, source) => {
    expect(commandOf(describedSource(described))).toEqual(commandOf(source));
  });

  it("has 5.1 beside stereo where it has as many channels", () => {
    const source = describedSource({ durationSeconds: 10, video, audio: { channels: 6 } });
    expect(source.audio?.isSurround).toBe(true);
  });

  it("gets the command that a file gets which is read and found to be so", async () => {
    const probed = await probe(aFile());
    expect(commandOf(describedSource(sourceInfo(probed)))).toEqual(commandOf(probed));
  });
});

describe("a stated rate", () => {
  it.each([
    [29.97, 30_000, 1001],
    [23.976, 24_000, 1001],
    [25, 25, 1],
    [12.5, 25, 2],
    [120, 120, 1],
    [0.2, 1, 1],
  ])("of %d is %i/%i", (fps, num, den) => {
    const rate = statedRate(fps);
    expect(rate.num / rate.den).toBeCloseTo(num / den, 9);
  });
});
