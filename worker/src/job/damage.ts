import { heardStreams } from "@framewright/media/made-sound.ts";
import { JobFailure } from "../failure.ts";
import { wholeSource, type CompareArgs } from "./compare/looks.ts";

/** Every fault that a decoder can see ends it: damaged streams are also decoded with pieces of other pictures. */
const strict = ["-nostdin", "-v", "error", "-xerror"] as const;
const detection = ["-err_detect", "crccheck+bitstream+buffer+explode"] as const;

/**
 * What decoders say is wrong with the tracks that were used; nothing where they have no complaint.
 * Decoding from another keyframe repairs damage in another way, so that a result of a damaged source
 * differs from what a comparison sees, through no fault of the encode. It takes as long as decoding
 * the whole source: it is for results that are refused.
 */
export async function damageOf(args: CompareArgs): Promise<JobFailure | undefined> {
  const { tools, signal, source, sourcePath, plan } = args;
  const heard = heardStreams(plan.sounds);
  const indices = [...(source.video ? [source.video.index] : []), ...heard];
  const maps = [...new Set(indices)].flatMap((index) => ["-map", `0:${index}`]);
  const command = [...strict, ...detection, ...wholeSource(args), ...maps, "-f", "null", "-"];
  const timeoutMs = 60_000 + source.durationSeconds * 200;
  try {
    await tools.run("ffmpeg", command, { reads: [sourcePath], signal, timeoutMs });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const isSlow = error instanceof JobFailure && error.code === "encoder-stalled";
    return error instanceof JobFailure && !isSlow ? error : undefined;
  }
}
