import { gpuGroup } from "./support/gpu.ts";

gpuGroup("training", {
  instanceTypes: ["p4d.24xlarge"],
  labels: { "framewright.dev/video-encode": "true" },
});
