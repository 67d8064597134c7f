import { rateBounds, type Encoder } from "./encoder.ts";

/** Intel and AMD GPUs. Frames are uploaded once as NV12 (AMD fails otherwise) and scaled there. */
export const vaapi: Encoder = {
  accel: "vaapi",
  codec: "h264_vaapi",
  deviceArgs: (device) => [
    ...["-init_hw_device", `vaapi=gpu:${device}`, "-filter_hw_device", "gpu"],
  ],
  prepare: ["format=nv12", "hwupload"],
  scale: ({ width, height }) => `scale_vaapi=w=${width}:h=${height}:format=nv12`,
  commonArgs: ({ gopFrames }) => [
    ...["-c:v", "h264_vaapi", "-profile:v", "high", "-rc_mode", "VBR"],
    ...["-g", `${gopFrames}`, "-idr_interval", "0", "-bf", "2", "-flags:v", "+cgop"],
  ],
  // A mean equal to the bound would switch the driver to constant rate.
  videoArgs: ({ index, rendition }) => [
    ...[`-b:v:${index}`, `${Math.round(rendition.maxKbps * 0.8)}k`],
    ...rateBounds({ index, rendition }),
  ],
};
