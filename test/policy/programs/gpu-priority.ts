import { gpuPodSpec, gpuShop } from "./support/gpu.ts";

gpuShop(gpuPodSpec({ priorityClassName: "gpu-premium" }));
