import { expect, it } from "vitest";
import type { Profile } from "@framewright/contracts/profile.ts";
import { planEncode, type PlanArgs } from "../../media/plan.ts";
import { aProfile } from "../support/profiles.ts";
import { aSource, bt709Tags as tags, onGrid, stereoFilters } from "./a-source.ts";
import {
  expectedCommand,
  fastLadder,
  frame,
  fullLadder,
  x264Args,
  type Command,
} from "./expected-command.ts";
import { planArgs } from "./plan-args.ts";

function withCap(maxFps: number): Profile {
  const profile = aProfile("hls-1080p");
  return { ...profile, video: { ...profile.video, maxFps } };
}

const plain: Command = {
  chain: [
    ...[...frame, "format=yuv420p", onGrid("30/1")],
    ...["trim=end=9.991667", tags, "format=yuv420p"],
  ],
  sound: `[0:1]${stereoFilters}`,
  steps: fullLadder,
};

const cases: readonly (readonly [string, Partial<PlanArgs>, Command])[] = [
  [
    "60 frames under a profile's cap of 30: every second frame, and the rates of 30",
    {
      source: aSource({ video: { fps: { num: 60, den: 1 } } }),
      profile: withCap(30),
    },
    plain,
  ],
  [
    "59.94 frames under a cap of 30",
    {
      source: aSource({ video: { fps: { num: 60000, den: 1001 } } }),
      profile: withCap(30),
    },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p", onGrid("30000/1001")],
        ...["trim=end=9.991658", tags, "format=yuv420p"],
      ],
      hlsTime: "6.006000",
    },
  ],
  [
    "50 fields under a cap of 30, of which every second one becomes a picture",
    {
      source: aSource({ video: { fieldOrder: "tff", fps: { num: 50, den: 1 } } }),
      profile: withCap(30),
    },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p", "bwdif=mode=send_field:parity=tff:deint=all"],
        ...[onGrid("25/1"), "trim=end=9.990000", tags, "format=yuv420p"],
      ],
      encoder: x264Args.replaceAll(" 60 ", " 50 "),
    },
  ],
  ["30 frames, which a cap of 30 allows", { profile: withCap(30) }, plain],
  [
    "120 frames, of which the platform's 60 are every second one",
    { source: aSource({ video: { fps: { num: 120, den: 1 } } }) },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p", onGrid("60/1")],
        ...["trim=end=9.995833", tags, "format=yuv420p"],
      ],
      encoder: x264Args.replaceAll(" 60 ", " 120 "),
      steps: fastLadder,
    },
  ],
];

it.each(cases)("of %s, the plan is exactly this command", (_title, change, wanted) => {
  expect(planEncode(planArgs(change)).argv).toEqual(expectedCommand(wanted));
});
