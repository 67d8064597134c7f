import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { JobFailure } from "../failure.ts";
import { videoCodecs, type VideoCodec } from "@framewright/contracts/profile.ts";
import { encoderArgs, type Encoder } from "@framewright/media/encoders/encoder.ts";
import { encoders } from "@framewright/media/encoders/index.ts";
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

/** What names the device's frames: a decoder that had fallen back to the CPU would give others, which cannot be fetched from it. */
const onDevice = {
  nvenc: ["-hwaccel", "cuda", "-hwaccel_output_format", "cuda"],
  vaapi: ["-hwaccel", "vaapi", "-hwaccel_device", "gpu", "-hwaccel_output_format", "vaapi"],
} as const;

export interface ProofPlace {
  readonly device: string;
  readonly workDir: string;
}

/** Whether the device decodes what its encoder makes, in a folder that goes again. */
export async function proveDecoder(
  tools: MediaTools,
  accel: keyof typeof onDevice,
  { device, workDir }: ProofPlace,
): Promise<Proof> {
  const encoder = encoders[accel];
  const folder = await mkdtemp(join(workDir, "proof-"));
  const file = join(folder, "test.mp4");
  const common = { signal: AbortSignal.timeout(60_000), timeoutMs: 30_000 };
  const args = [
    ...["-nostdin", "-hide_banner", "-v", "error", ...encoder.deviceArgs(device)],
    ...[...onDevice[accel], "-i", file],
    ...["-vf", "hwdownload,format=nv12", "-f", "null", "-"],
  ];
  try {
    // The same encode, to a file in place of nowhere.
    const made = [...testEncodeArgs(encoder, "h264", device).slice(0, -3), "-f", "mp4", file];
    await tools.run("ffmpeg", made, { ...common, reads: [], writes: [folder] });
    await tools.run("ffmpeg", args, { ...common, reads: [file] });
    return { codec: "h264", proven: true, reason: undefined };
  } catch (error) {
    const detail = error instanceof JobFailure ? (error.detail ?? error.message) : String(error);
    return { codec: "h264", proven: false, reason: detail };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
