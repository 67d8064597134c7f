import { rateBounds, type Encoder } from "./encoder.ts";

/** Software. Constant quality, bounded by the rung's rate. */
export const x264: Encoder = {
  accel: "cpu",
  codec: "libx264",
  deviceArgs: () => [],
  prepare: ["format=yuv420p"],
  scale: ({ width, height }) => `scale=${width}:${height}:flags=bicubic`,
  commonArgs: ({ gopFrames, threads }) => [
    ...["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "21"],
    ...["-g", `${gopFrames}`, "-keyint_min", `${gopFrames}`, "-sc_threshold", "0"],
    ...["-flags:v", "+cgop", "-threads:v", `${threads}`],
  ],
  videoArgs: rateBounds,
};
