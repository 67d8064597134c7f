import { framework } from "../../kit/frameworks.ts";

/** Which GPUs have how many encoders and decoders. */
export const supportMatrix = framework(
  "NVIDIA Video Encode and Decode GPU Support Matrix",
  "2026",
  "https://developer.nvidia.com/video-encode-decode-support-matrix",
)("Encoder support");

export const devicePlugin = framework(
  "NVIDIA device plugin for Kubernetes",
  "0.20",
  "https://github.com/NVIDIA/k8s-device-plugin#shared-access-to-gpus",
)("Shared access to GPUs: time-slicing");

function pillar(name: string, path: string) {
  return framework(
    `AWS Well-Architected Framework, ${name} Pillar`,
    "2024",
    `https://docs.aws.amazon.com/wellarchitected/latest/${path}/welcome.html`,
  );
}

/** What a cloud itself asks of whoever rents its machines. */
export const costOptimization = pillar("Cost Optimization", "cost-optimization-pillar");
export const reliability = pillar("Reliability", "reliability-pillar");
