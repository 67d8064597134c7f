import type { Cases } from "./case.ts";

const of = 'pod="worker-nvenc-t4-1",gpu="0"';
const labels = { pod: "worker-nvenc-t4-1", gpu: "0" };
const temperature = `framewright_gpu_temperature_celsius{${of}}`;
const used = `framewright_gpu_memory_used_bytes{${of}}`;
const total = `framewright_gpu_memory_total_bytes{${of}}`;

export const gpuCases = {
  GpuHot: {
    firing: [
      {
        series: { [temperature]: "85x10" },
        at: "6m",
        fires: [{ labels, summary: "GPU 0 of worker-nvenc-t4-1 is at 85 °C." }],
      },
    ],
    quiet: [
      { series: { [temperature]: "83x10" }, at: "10m" },
      { series: { [temperature]: "88x3 70x10" }, at: "6m" },
    ],
  },
  GpuTooHot: {
    firing: [
      {
        series: { [temperature]: "91x10" },
        at: "2m",
        fires: [{ labels, summary: "GPU 0 of worker-nvenc-t4-1 is at 91 °C." }],
      },
    ],
    quiet: [{ series: { [temperature]: "90x10" }, at: "10m" }],
  },
  GpuMemoryNearlyFull: {
    firing: [
      {
        series: { [used]: "97x20", [total]: "100x20" },
        at: "11m",
        fires: [{ labels, summary: "The memory of GPU 0 of worker-nvenc-t4-1 is 97% full." }],
      },
    ],
    quiet: [{ series: { [used]: "90x20", [total]: "100x20" }, at: "20m" }],
  },
} as const satisfies Cases;
