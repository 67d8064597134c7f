import { gpuGroup } from "./support/gpu.ts";

gpuGroup("gpus", { taints: [] });
