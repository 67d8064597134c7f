import {
  hvc1,
  ratesWithMean,
  type CommonArgs,
  type Encoder,
  type Option,
  type VideoEncoder,
} from "./encoder.ts";

const preset: readonly Option[] = [
  ["preset", "p5"],
  ["tune", "hq"],
];

function rateControl(quality: number): Option[] {
  return [
    ["rc", "vbr"],
    ["cq", `${quality}`],
    ["rc-lookahead", "20"],
    ["spatial-aq", "1"],
    ["temporal-aq", "1"],
  ];
}

/** `-forced-idr` defaults to 0. */
function gops({ gopFrames }: CommonArgs): Option[] {
  return [
    ["g", `${gopFrames}`],
    ["no-scenecut", "1"],
    ["strict_gop", "1"],
    ["forced-idr", "1"],
  ];
}

// Same-rate NVENC needs more bits than x264 for the same quality (PeerTube #6042), so that its mean is stated.
const h264: VideoEncoder = {
  name: "h264_nvenc",
  options: (args) => [
    ...preset,
    ["profile", "high"],
    ...rateControl(23),
    ...gops(args),
    ["bf", "2"],
    ["flags", "+cgop"],
  ],
  videoArgs: ratesWithMean,
};

/** B-frames of HEVC are there from Turing on, not on V100 (NVIDIA's Video Encode and Decode Support Matrix). */
const hevc: VideoEncoder = {
  name: "hevc_nvenc",
  options: (args) => [
    ...preset,
    ["profile", "main"],
    ...rateControl(26),
    ...gops(args),
    ["bf", "0"],
    hvc1,
  ],
  videoArgs: ratesWithMean,
};

/** From Ada on: of the GPUs that clouds rent, L4 has it, and T4, V100 and A10G do not. */
const av1: VideoEncoder = {
  name: "av1_nvenc",
  options: (args) => [...preset, ...rateControl(32), ...gops(args)],
  videoArgs: ratesWithMean,
};

/**
 * NVIDIA GPUs with an encoder (not A100, H100, H200). Decoding and scaling stay on the CPU: many
 * builds lack scale_cuda. 8-bit 4:2:0 only before Blackwell.
 */
export const nvenc: Encoder = {
  accel: "nvenc",
  codecs: { h264, hevc, av1 },
  deviceArgs: () => [],
  prepare: ["format=yuv420p"],
  scale: ({ width, height }) => `scale=${width}:${height}:flags=bicubic`,
};
