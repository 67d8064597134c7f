import { hvc1, rateBounds, type Encoder, type VideoEncoder } from "./encoder.ts";

/** Constant quality, bounded by the rung's rate. */
const x264: VideoEncoder = {
  name: "libx264",
  options: ({ gopFrames, threads }) => [
    ["preset", "veryfast"],
    ["profile", "high"],
    ["crf", "21"],
    ["g", `${gopFrames}`],
    ["keyint_min", `${gopFrames}`],
    ["sc_threshold", "0"],
    ["flags", "+cgop"],
    ["threads", `${threads}`],
  ],
  videoArgs: rateBounds,
};

/** Takes 1.7 times the work of x264 above. Its threads are a pool, and its keyframes begin closed GOPs only if told so. */
const x265: VideoEncoder = {
  name: "libx265",
  options: ({ gopFrames, threads }) => [
    ["preset", "veryfast"],
    ["profile", "main"],
    ["crf", "24"],
    ["g", `${gopFrames}`],
    [
      "x265-params",
      `min-keyint=${gopFrames}:scenecut=0:open-gop=0:pools=${threads}:frame-threads=1:log-level=error`,
    ],
    hvc1,
  ],
  videoArgs: rateBounds,
};

/** Takes 1.5 times the work of x264 above. Keyframes in between are made by scene change detection alone. */
const svtAv1: VideoEncoder = {
  name: "libsvtav1",
  options: ({ gopFrames, threads }) => [
    ["preset", "9"],
    ["crf", "32"],
    ["g", `${gopFrames}`],
    ["svtav1-params", `scd=0:lp=${threads}`],
  ],
  videoArgs: rateBounds,
};

/** Encoders that need no device. */
export const software: Encoder = {
  accel: "cpu",
  codecs: { h264: x264, hevc: x265, av1: svtAv1 },
  deviceArgs: () => [],
  prepare: ["format=yuv420p"],
  scale: ({ width, height }) => `scale=${width}:${height}:flags=bicubic`,
};
