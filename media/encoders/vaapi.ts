import {
  hvc1,
  ratesWithMean,
  type CommonArgs,
  type Encoder,
  type Option,
  type VideoEncoder,
} from "./encoder.ts";

function gops({ gopFrames }: CommonArgs): Option[] {
  return [
    ["rc_mode", "VBR"],
    ["g", `${gopFrames}`],
    ["idr_interval", "0"],
  ];
}

// A mean equal to the bound would switch the driver to constant rate.
const h264: VideoEncoder = {
  name: "h264_vaapi",
  options: (args) => [["profile", "high"], ...gops(args), ["bf", "2"], ["flags", "+cgop"]],
  videoArgs: ratesWithMean,
};

/** AMD's HEVC encoders have no B-frames (Mesa, radeonsi). */
const hevc: VideoEncoder = {
  name: "hevc_vaapi",
  options: (args) => [["profile", "main"], ...gops(args), ["bf", "0"], hvc1],
  videoArgs: ratesWithMean,
};

/** From Arc (Intel) and RDNA 3 (AMD) on. */
const av1: VideoEncoder = {
  name: "av1_vaapi",
  options: (args) => [["profile", "main"], ...gops(args)],
  videoArgs: ratesWithMean,
};

/** Intel and AMD GPUs. Frames are uploaded once as NV12 (AMD fails otherwise) and scaled there. */
export const vaapi: Encoder = {
  accel: "vaapi",
  codecs: { h264, hevc, av1 },
  deviceArgs: (device) => [
    ...["-init_hw_device", `vaapi=gpu:${device}`, "-filter_hw_device", "gpu"],
  ],
  prepare: ["format=nv12", "hwupload"],
  scale: ({ width, height }) => `scale_vaapi=w=${width}:h=${height}:format=nv12`,
};
