import { gpuPodSpec, gpuShop } from "./support/gpu.ts";

gpuShop(gpuPodSpec({ tolerations: [] }));
