import { encoders } from "../../media/encoders/index.ts";
import type { PlanArgs } from "../../media/plan.ts";
import { aProfile } from "../support/profiles.ts";
import { aSource } from "./a-source.ts";

/** Of a plain file in 1080p, but for the change. */
export function planArgs(change: Partial<PlanArgs> = {}): PlanArgs {
  return {
    source: aSource(),
    profile: aProfile("hls-1080p"),
    encoder: encoders.cpu,
    device: "/dev/dri/renderD128",
    threads: 2,
    sourcePath: "/work/jobs/x/source",
    outputDir: "/work/jobs/x/out",
    ...change,
  };
}
