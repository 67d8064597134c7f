import { JobFailure } from "../failure.ts";
import { videoCodecs, type VideoCodec } from "@framewright/contracts/profile.ts";
import { encoderArgs, type Encoder } from "@framewright/media/encoders/encoder.ts";
import type { MediaTools } from "./ffmpeg.ts";

/** Ten frames through the very filters and options that a job will use, thrown away at the end. */
export function testEncodeArgs(encoder: Encoder, codec: VideoCodec, device: string): string[] {
  const rendition = { name: "360p", codec, width: 640, height: 360, maxKbps: 800 };
  const filter = [...encoder.prepare, encoder.scale(rendition), "setsar=1"].join(",");
  return [
    ...["-nostdin", "-hide_banner", "-v", "error"],
    ...encoder.deviceArgs(device),
    ...["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30:duration=0.34"],
    ...["-filter_complex", `[0:v]${filter}[v0]`, "-map", "[v0]"],
    ...encoderArgs(encoder, [rendition], { gopFrames: 60, threads: 1 }),
    ...["-f", "null", "-"],
  ];
}

export interface Proof {
  readonly codec: VideoCodec;
  readonly proven: boolean;
  /** Why not, in the tool's words. */
  readonly reason: string | undefined;
}

/** Capabilities are proven, not declared: only what encodes here is published. */
async function proveCodec(
  tools: MediaTools,
  { encoder, codec, device }: { encoder: Encoder; codec: VideoCodec; device: string },
): Promise<Proof> {
  const options = { reads: [], signal: AbortSignal.timeout(60_000), timeoutMs: 30_000 };
  try {
    await tools.run("ffmpeg", testEncodeArgs(encoder, codec, device), options);
    return { codec, proven: true, reason: undefined };
  } catch (error) {
    const detail = error instanceof JobFailure ? (error.detail ?? error.message) : String(error);
    return { codec, proven: false, reason: detail };
  }
}

/** One codec after the other: a device may have few sessions. */
export async function proveEncoder(
  tools: MediaTools,
  encoder: Encoder,
  device: string,
): Promise<Proof[]> {
  const proofs: Proof[] = [];
  for (const codec of videoCodecs) proofs.push(await proveCodec(tools, { encoder, codec, device }));
  return proofs;
}
