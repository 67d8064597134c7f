import type { Accel, Stage } from "@framewright/contracts/job.ts";
import type { Usage } from "@framewright/contracts/usage.ts";
import { describeSpan, inSpan } from "@framewright/runtime/tracing/tracing.ts";
import type { MediaTools } from "../media/ffmpeg.ts";

type Phase = keyof Usage["phases"];

const phaseOf = {
  downloading: "downloadMs",
  probing: "probeMs",
  dubbing: "dubMs",
  encoding: "encodeMs",
  verifying: "verifyMs",
  packaging: "packageMs",
  uploading: "uploadMs",
} as const satisfies Record<Stage, Phase>;

const rounded = (seconds: number) => Math.round(seconds * 100) / 100;

/** What one attempt uses. */
export class UsageMeter {
  #cpuSeconds = 0;
  #gpuSeconds = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  readonly #phases = new Map<Phase, number>();

  addCpu = (seconds: number): void => {
    this.#cpuSeconds += seconds;
  };

  addIn(bytes: number): void {
    this.#bytesIn += bytes;
  }

  addOut(bytes: number): void {
    this.#bytesOut += bytes;
  }

  addPhase(stage: Stage, ms: number): void {
    const phase = phaseOf[stage];
    this.#phases.set(phase, (this.#phases.get(phase) ?? 0) + ms);
  }

  /** The same tools, whose processes are counted here. */
  watch(tools: MediaTools, accel: Accel): MediaTools {
    const onCpu = (seconds: number): void => {
      this.addCpu(seconds);
      describeSpan({ "ffmpeg.cpu_seconds": rounded(seconds) });
    };
    return {
      encode: async (args, options) => {
        const start = performance.now();
        try {
          await inSpan("ffmpeg encode", {}, () => tools.encode(args, { ...options, onCpu }));
        } finally {
          if (accel !== "cpu") this.#gpuSeconds += (performance.now() - start) / 1000;
        }
      },
      run: (tool, args, options) =>
        inSpan(tool, {}, () => tools.run(tool, args, { ...options, onCpu })),
    };
  }

  report(): Usage {
    return {
      cpuSeconds: rounded(this.#cpuSeconds),
      gpuSeconds: rounded(this.#gpuSeconds),
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      phases: Object.fromEntries(this.#phases),
    };
  }
}
