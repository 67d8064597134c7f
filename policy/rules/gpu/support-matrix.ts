import type { Framework } from "../../kit/frameworks.ts";

/** Which GPUs have how many encoders and decoders. */
export const supportMatrix: Framework = {
  name: "NVIDIA Video Encode and Decode GPU Support Matrix",
  version: "2026",
  reference: "https://developer.nvidia.com/video-encode-decode-support-matrix",
  specification: "Encoder support",
};
