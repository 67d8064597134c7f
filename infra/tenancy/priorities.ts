import type { Priority } from "../cluster.ts";

interface PriorityRow {
  /** Higher goes first; user classes end at 1 000 000 000. */
  readonly value: number;
  readonly preempts: boolean;
  readonly description: string;
}

export const priorities = {
  "platform-critical": {
    value: 1_000_000,
    preempts: true,
    description: "Databases, the broker, the object store and the API",
  },
  "gpu-premium": {
    value: 100_000,
    preempts: true,
    description: "GPU work that somebody waits for",
  },
  "gpu-standard": { value: 50_000, preempts: true, description: "GPU work" },
  "batch-low": {
    value: 1_000,
    preempts: false,
    description: "Work that a lease hands to another worker when its pod is evicted",
  },
} as const satisfies Record<Priority, PriorityRow>;
