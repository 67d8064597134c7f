import { gpuClasses } from "../rules/series.ts";
import { figure, lines, quantiles, type Dashboard } from "./dashboard.ts";

const gpuOf = (name: string) => `max by (pod, gpu) (framewright_gpu_${name})`;
const legend = "{{pod}} {{gpu}}";
const speed = "framewright_worker_encode_speed_ratio_bucket";

/** Seed 002, "GPU Utilization Dashboard"; the figures are the workers' own readings of the driver. */
export const gpu: Dashboard = {
  name: "gpu",
  title: "Framewright: GPUs",
  description: "What the GPUs of the workers do, and what they are worth beside CPUs",
  rows: [
    {
      title: "Now",
      panels: [
        figure("GPUs", "short", "count(framewright_gpu_temperature_celsius) or vector(0)"),
        figure("Encoders, mean", "percentunit", "avg(framewright_gpu_encoder_utilization_ratio)"),
        figure("Hottest", "celsius", "max(framewright_gpu_temperature_celsius)"),
        figure(
          "Jobs that wait for a GPU",
          "short",
          `sum(max by (class) (framewright_jobs{state="queued",${gpuClasses}})) or vector(0)`,
        ),
        figure(
          "Encoders that rest",
          "short",
          "sum(framewright_worker_encoder_breaker_open) or vector(0)",
        ),
      ],
    },
    {
      title: "Devices",
      panels: [
        lines("Encoder", "percentunit", [{ expr: gpuOf("encoder_utilization_ratio"), legend }]),
        lines("Decoder", "percentunit", [{ expr: gpuOf("decoder_utilization_ratio"), legend }]),
        lines("Compute", "percentunit", [{ expr: gpuOf("utilization_ratio"), legend }]),
        lines("Memory", "percentunit", [
          {
            expr: "max by (pod, gpu) (framewright_gpu_memory_used_bytes / framewright_gpu_memory_total_bytes)",
            legend,
          },
        ]),
        lines("Memory that is taken", "bytes", [{ expr: gpuOf("memory_used_bytes"), legend }]),
        lines("Temperature", "celsius", [{ expr: gpuOf("temperature_celsius"), legend }]),
        lines("Power", "watt", [{ expr: gpuOf("power_watts"), legend }]),
      ],
    },
    {
      title: "GPU against CPU",
      panels: [
        lines("Speed by encoder, median", "short", quantiles(speed, { by: ["accel"], of: [0.5] }), {
          description: "Media seconds per second; 1 is real time",
        }),
        lines("Encodes by encoder", "ops", [
          {
            expr: "sum by (accel) (rate(framewright_worker_encode_speed_ratio_count[5m]))",
            legend: "{{accel}}",
          },
        ]),
        lines("Encodes that went on another way", "short", [
          {
            expr: "sum by (from, to, code) (increase(framewright_worker_encoder_fallbacks_total[15m]))",
            legend: "{{from}} to {{to}}: {{code}}",
          },
        ]),
        lines("Ways that rest", "short", [
          {
            expr: "max by (pod, step) (framewright_worker_encoder_breaker_open)",
            legend: "{{pod}} {{step}}",
          },
        ]),
      ],
    },
  ],
};
