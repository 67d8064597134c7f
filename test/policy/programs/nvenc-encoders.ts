import { gpuContainer, gpuPodSpec, gpuShop } from "./support/gpu.ts";

const env = [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,video,utility" }];
const nodeSelector = { "framewright.dev/gpu": "a100" };

gpuShop(gpuPodSpec({ containers: [gpuContainer({ env })], nodeSelector }));
