import { rateBounds, type Encoder } from "./encoder.ts";

/**
 * NVIDIA GPUs with an encoder (not A100, H100, H200). Decoding and scaling stay on the CPU: many
 * builds lack scale_cuda. 8-bit 4:2:0 only before Blackwell. `-forced-idr` defaults to 0.
 */
export const nvenc: Encoder = {
  accel: "nvenc",
  codec: "h264_nvenc",
  deviceArgs: () => [],
  prepare: ["format=yuv420p"],
  scale: ({ width, height }) => `scale=${width}:${height}:flags=bicubic`,
  commonArgs: ({ gopFrames }) => [
    ...["-c:v", "h264_nvenc", "-preset", "p5", "-tune", "hq", "-profile:v", "high"],
    ...["-rc", "vbr", "-cq", "23", "-rc-lookahead", "20", "-spatial-aq", "1", "-temporal-aq", "1"],
    ...["-g", `${gopFrames}`, "-no-scenecut", "1", "-strict_gop", "1", "-forced-idr", "1"],
    ...["-bf", "2", "-flags:v", "+cgop"],
  ],
  // Same-rate NVENC needs more bits than x264 for the same quality (PeerTube #6042).
  videoArgs: ({ index, rendition }) => [
    ...[`-b:v:${index}`, `${Math.round(rendition.maxKbps * 0.8)}k`],
    ...rateBounds({ index, rendition }),
  ],
};
