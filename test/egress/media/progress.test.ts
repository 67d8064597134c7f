import { describe, expect, it } from "vitest";
import type { TrackPlan } from "../../../egress/src/media/arguments.ts";
import { hasCome, readProgress, unsentTrack } from "../../../egress/src/media/progress.ts";

describe("what ffmpeg reports", () => {
  it("is its last report, of pictures where there are some", () => {
    const first = "frame=0\nfps=0.00\nout_time_us=N/A\nprogress=continue\n";
    expect(readProgress(first)).toEqual({ pictures: 0, microseconds: undefined });
    const second = "frame=31\nout_time_us=1033333\nprogress=continue\n";
    expect(readProgress(first + second)).toEqual({ pictures: 31, microseconds: 1_033_333 });
    const sound = "bitrate=N/A\nout_time_us=20000\n";
    expect(readProgress(sound)).toEqual({ pictures: undefined, microseconds: 20_000 });
  });

  it("may be no report", () => {
    expect(readProgress("speed=1x\n")).toBeUndefined();
  });
});

describe("an announced track of which nothing comes", () => {
  const codecs = { video: "h264", audio: "aac" };
  const nothing = { pictures: 0, microseconds: undefined };
  const soundAlone = { pictures: 0, microseconds: 9_000_000 };
  const both = { pictures: 90, microseconds: 3_000_000 };
  const copied: TrackPlan = { video: "copy", audio: "encode" };
  const encoded: TrackPlan = { video: "encode", audio: "encode" };

  it.each([
    ["sound that is to be encoded keeps all waiting", copied, 11, nothing, "audio"],
    ["sound has its time", copied, 9, nothing, undefined],
    ["pictures that are encoded too may be the ones that wait", encoded, 29, nothing, undefined],
    ["for no longer than for a key picture", encoded, 31, nothing, "audio"],
    ["of pictures none is counted", copied, 31, soundAlone, "video"],
    ["pictures have their time", copied, 29, soundAlone, undefined],
    ["of both there is something", copied, 60, both, undefined],
    ["what is copied keeps nobody waiting", { ...copied, audio: "copy" }, 60, nothing, undefined],
    ["another is left out already", { ...copied, audio: "drop" }, 60, nothing, undefined],
  ] as const)("is found: %s", (_, plan, seconds, progress, track) => {
    expect(unsentTrack({ codecs, plan, seconds }, progress)).toBe(track);
  });

  it("may come later", () => {
    expect(hasCome("audio", nothing)).toBe(false);
    expect(hasCome("audio", both)).toBe(true);
    expect(hasCome("video", soundAlone)).toBe(false);
    expect(hasCome("video", both)).toBe(true);
  });

  it("is not looked for where it is the only one", () => {
    const known = { plan: copied, seconds: 60 };
    expect(unsentTrack({ ...known, codecs: { ...codecs, video: undefined } }, nothing)).toBe(
      undefined,
    );
    expect(unsentTrack({ ...known, codecs: { ...codecs, audio: undefined } }, soundAlone)).toBe(
      undefined,
    );
  });
});
