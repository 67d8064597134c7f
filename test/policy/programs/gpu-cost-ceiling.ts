import { gpuGroup } from "./support/gpu.ts";

gpuGroup("training", {
  instanceTypes: ["p4d.24xlarge"],
  scalingConfig: { minSize: 0, maxSize: 4, desiredSize: 0 },
});
