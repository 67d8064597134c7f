import { rm } from "node:fs/promises";
import type { JobWarning } from "@framewright/contracts/job.ts";
import { isHlsAlone, type OutputResults, type Outputs } from "@framewright/contracts/outputs.ts";
import { planOutputs, type OutputPlan } from "@framewright/media/outputs/plan-outputs.ts";
import { timed } from "../attempt.ts";
import { lengthOf } from "../verify-result.ts";
import { makeAudio, makeMp4 } from "./make-file.ts";
import { makeManifest } from "./make-manifest.ts";
import { makeSprite, makeThumbnails } from "./make-pictures.ts";
import { writeLocalPlaylists, type OutputArgs } from "./output-files.ts";

export interface MadeOutputs {
  readonly results: OutputResults | undefined;
  readonly warnings: readonly JobWarning[];
  /** As sentences. */
  readonly checks: readonly string[];
  /** How long it took; nothing where HLS is all. */
  readonly ms?: number;
}

async function makeEach(args: OutputArgs, plan: OutputPlan): Promise<MadeOutputs> {
  await writeLocalPlaylists(args);
  const mp4 = plan.mp4 && (await makeMp4(args, plan.mp4));
  const audio = plan.audio && (await makeAudio(args, plan.audio));
  const thumbnails = plan.thumbnails && (await makeThumbnails(args, plan.thumbnails));
  const sprite = plan.sprite && (await makeSprite(args, plan.sprite));
  return {
    results: {
      ...(mp4 && { mp4: mp4.result }),
      ...(audio && { audio: audio.result }),
      ...(thumbnails && { thumbnails: thumbnails.result }),
      ...(sprite && { sprite: sprite.result }),
    },
    warnings: plan.warnings,
    checks: [mp4, audio, thumbnails, sprite].flatMap((one) => one?.checks ?? []),
  };
}

async function makeAll(args: OutputArgs, outputs: Outputs): Promise<MadeOutputs> {
  const { made, files } = args;
  const { outputDir, sourcePath } = files;
  // Verified by now, and no longer needed: files are about as large as segments, and scratch has room for one more of these.
  await rm(sourcePath);
  const durationSeconds = lengthOf(made);
  const plan = planOutputs({ outputs, plan: made.plan, durationSeconds, outputDir });
  const manifest = outputs.dash && (await makeManifest(args));
  const { results, warnings, checks } = await makeEach(args, plan);
  return {
    results: { ...(manifest && { dash: manifest.result }), ...results },
    warnings,
    checks: [...(manifest?.checks ?? []), ...checks],
  };
}

/** Makes what was asked for beside HLS, out of segments that are verified: of pictures only stills are encoded again. */
export async function makeOutputs(args: OutputArgs, outputs: Outputs): Promise<MadeOutputs> {
  if (isHlsAlone(outputs)) return { results: undefined, warnings: [], checks: [] };
  const { value, ms } = await timed(args.attempt, "packaging", () => makeAll(args, outputs));
  return { ...value, ms };
}
