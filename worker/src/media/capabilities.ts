import { JobFailure } from "../failure.ts";
import type { Encoder } from "@framewright/media/encoders/encoder.ts";
import type { MediaTools } from "./ffmpeg.ts";

/** Ten frames through the very filters and options that a job will use, thrown away at the end. */
export function testEncodeArgs(encoder: Encoder, device: string): string[] {
  const rendition = { name: "360p", width: 640, height: 360, maxKbps: 800 };
  const filter = [...encoder.prepare, encoder.scale(rendition), "setsar=1"].join(",");
  return [
    ...["-nostdin", "-hide_banner", "-v", "error"],
    ...encoder.deviceArgs(device),
    ...["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30:duration=0.34"],
    ...["-filter_complex", `[0:v]${filter}[v0]`, "-map", "[v0]"],
    ...encoder.commonArgs({ gopFrames: 60, threads: 1 }),
    ...encoder.videoArgs({ index: 0, rendition }),
    ...["-f", "null", "-"],
  ];
}

export interface Proof {
  readonly encoder: Encoder;
  readonly proven: boolean;
  /** Why not, in the tool's words. */
  readonly reason: string | undefined;
}

/** Capabilities are proven, not declared: only what encodes here is published. */
export async function proveEncoder(
  tools: MediaTools,
  encoder: Encoder,
  device: string,
): Promise<Proof> {
  const options = { reads: [], signal: AbortSignal.timeout(60_000), timeoutMs: 30_000 };
  try {
    await tools.run("ffmpeg", testEncodeArgs(encoder, device), options);
    return { encoder, proven: true, reason: undefined };
  } catch (error) {
    const detail = error instanceof JobFailure ? (error.detail ?? error.message) : String(error);
    return { encoder, proven: false, reason: detail };
  }
}
