import { group } from "./rule.ts";

/**
 * Of the workers' own reading of nvidia-smi. Data centre GPUs slow down at about 87 °C (A100, T4) and shut down above 90 °C:
 * https://www.nvidia.com/content/dam/en-zz/Solutions/Data-Center/tesla-t4/t4-tensor-core-product-brief.pdf
 */
export const gpu = group("gpu", {
  alerts: {
    GpuHot: {
      expr: `max by (pod, gpu) (framewright_gpu_temperature_celsius) > 83`,
      for: "5m",
      severity: "warning",
      summary: "GPU {{ $labels.gpu }} of {{ $labels.pod }} is at {{ $value }} °C.",
      description: "The GPU is about to slow itself down. Encodes get slower.",
      dashboard: "gpu",
    },
    GpuTooHot: {
      expr: `max by (pod, gpu) (framewright_gpu_temperature_celsius) > 90`,
      for: "1m",
      severity: "critical",
      summary: "GPU {{ $labels.gpu }} of {{ $labels.pod }} is at {{ $value }} °C.",
      description: "The GPU runs slowly now and may switch itself off, with all jobs on it.",
      dashboard: "gpu",
    },
    GpuMemoryNearlyFull: {
      expr: `max by (pod, gpu) (framewright_gpu_memory_used_bytes / framewright_gpu_memory_total_bytes) > 0.95`,
      for: "10m",
      severity: "warning",
      summary:
        "The memory of GPU {{ $labels.gpu }} of {{ $labels.pod }} is {{ $value | humanizePercentage }} full.",
      description: "The next encoder session may be refused; the job then goes on in another way.",
      dashboard: "gpu",
    },
  },
});
