import { gpuShop } from "./support/gpu.ts";

gpuShop(undefined, {});
