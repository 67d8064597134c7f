import { gpuContainer, gpuPodSpec, gpuShop, withGpus } from "./support/gpu.ts";

gpuShop(gpuPodSpec({ containers: [gpuContainer({ resources: withGpus("2") })] }));
