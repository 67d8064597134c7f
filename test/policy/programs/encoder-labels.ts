import { karpenterPool } from "./support/gpu.ts";

const labels = { "framewright.dev/video-encode": "true" };

karpenterPool("training", { gpu: "a100", machine: "p4d.24xlarge", labels });
