import { gpuGroup } from "./support/gpu.ts";

gpuGroup("cheap", { capacityType: "SPOT" });
gpuGroup("other", { instanceTypes: ["g5.2xlarge"] });
