import { loadFigures, type LoadFigures } from "../../../config/load-figures.ts";

/** How fast a number of pods may change: so many of them, or so large a share, in so many seconds. */
export interface ScalingStep {
  readonly type: "Percent" | "Pods";
  readonly value: number;
  readonly periodSeconds: number;
}

export interface ScalingDirection {
  /** Seconds over which the most cautious recommendation counts, so that a short dip or peak changes nothing. */
  readonly stabilizationSeconds: number;
  readonly steps: readonly ScalingStep[];
  /** Which of the steps counts. @default the fastest upwards, the slowest downwards */
  readonly select?: "Max" | "Min";
}

/** When an app gets more pods, or fewer, and how fast. */
export interface Scaling extends LoadFigures {
  readonly up: ScalingDirection;
  readonly down: ScalingDirection;
}

/**
 * Seed 002, "Auto-scaling Strategy"; targets are in config/load-figures.ts. Its third measure, jobs in the queue for each worker (10 and 5), is not
 * among them: with `autoscaling.enabled` KEDA measures that instead of the load, at the same pace; without it workers
 * follow the load of those that are there.
 */
export const scaling = {
  api: {
    ...loadFigures.api,
    up: {
      stabilizationSeconds: 0,
      steps: [
        { type: "Percent", value: 100, periodSeconds: 30 },
        { type: "Pods", value: 4, periodSeconds: 30 },
      ],
    },
    down: {
      stabilizationSeconds: 300,
      steps: [
        { type: "Percent", value: 50, periodSeconds: 60 },
        { type: "Pods", value: 2, periodSeconds: 60 },
      ],
    },
  },
  /** Seed 003. Its third measure, 100 pending deliveries for each pod, is KEDA's as well. */
  webhooks: {
    ...loadFigures.webhooks,
    up: {
      stabilizationSeconds: 0,
      steps: [
        { type: "Percent", value: 100, periodSeconds: 30 },
        { type: "Pods", value: 1, periodSeconds: 30 },
      ],
    },
    down: {
      stabilizationSeconds: 180,
      steps: [{ type: "Percent", value: 50, periodSeconds: 60 }],
    },
  },
  /**
   * Seed 003, which wants the smaller of two steps upwards too. Its third measure, 20 recordings for each pod, none of its
   * pods can have: with `autoscaling.enabled` KEDA measures slots instead, 70 % of those that there are.
   */
  egress: {
    ...loadFigures.egress,
    up: {
      stabilizationSeconds: 0,
      select: "Min",
      steps: [
        { type: "Percent", value: 50, periodSeconds: 60 },
        { type: "Pods", value: 2, periodSeconds: 60 },
      ],
    },
    down: {
      stabilizationSeconds: 300,
      steps: [
        { type: "Percent", value: 25, periodSeconds: 60 },
        { type: "Pods", value: 1, periodSeconds: 60 },
      ],
    },
  },
  /** A pod that goes breaks what it carries, which is then asked for again. */
  egressProxy: {
    ...loadFigures.egressProxy,
    up: { stabilizationSeconds: 0, steps: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
    down: { stabilizationSeconds: 300, steps: [{ type: "Pods", value: 1, periodSeconds: 300 }] },
  },
  /** A pod that goes takes its connections along, within `edge.drainSeconds`. */
  edge: {
    ...loadFigures.edge,
    up: { stabilizationSeconds: 0, steps: [{ type: "Pods", value: 1, periodSeconds: 30 }] },
    down: { stabilizationSeconds: 300, steps: [{ type: "Pods", value: 1, periodSeconds: 300 }] },
  },
  cpuWorkers: {
    ...loadFigures.cpuWorkers,
    up: {
      stabilizationSeconds: 0,
      steps: [
        { type: "Percent", value: 100, periodSeconds: 60 },
        { type: "Pods", value: 5, periodSeconds: 60 },
      ],
    },
    down: {
      stabilizationSeconds: 600,
      steps: [{ type: "Pods", value: 1, periodSeconds: 120 }],
    },
  },
  gpuWorkers: {
    ...loadFigures.gpuWorkers,
    up: { stabilizationSeconds: 60, steps: [{ type: "Pods", value: 1, periodSeconds: 120 }] },
    down: { stabilizationSeconds: 900, steps: [{ type: "Pods", value: 1, periodSeconds: 300 }] },
  },
  /** A pod that goes takes minutes to load its model again. */
  models: {
    ...loadFigures.models,
    up: { stabilizationSeconds: 60, steps: [{ type: "Pods", value: 1, periodSeconds: 120 }] },
    down: { stabilizationSeconds: 900, steps: [{ type: "Pods", value: 1, periodSeconds: 300 }] },
  },
} as const satisfies Record<string, Scaling>;
