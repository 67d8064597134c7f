import { Counter, Gauge, Registry, collectDefaultMetrics } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
  readonly slots: Gauge;
  readonly recordings: Gauge;
  readonly restarts: Counter;
  readonly recordedSeconds: Counter;
  readonly ended: Counter<"outcome">;
  readonly calibrations: Counter<"outcome">;
  readonly soundOffset: Gauge<"outcome">;
  readonly freshPictures: Gauge<"outcome">;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    slots: new Gauge({
      name: "framewright_egress_slots",
      help: "Recordings that this recorder takes at a time",
      registers,
    }),
    recordings: new Gauge({
      name: "framewright_egress_recordings",
      help: "Recordings that it has",
      registers,
    }),
    restarts: new Counter({
      name: "framewright_egress_restarts_total",
      help: "Processes of recordings that died and were started again",
      registers,
    }),
    recordedSeconds: new Counter({
      name: "framewright_egress_recorded_seconds_total",
      help: "Seconds of streams that were recorded, in segments that are closed",
      registers,
    }),
    ended: new Counter({
      name: "framewright_egress_ended_total",
      help: "Recordings that ended here: settled, handed over or lost",
      labelNames: ["outcome"],
      registers,
    }),
    calibrations: new Counter({
      name: "framewright_egress_calibrations_total",
      help: "Recordings of the recorder's own page before it takes any: within bounds, outside them, or failed",
      labelNames: ["outcome"],
      registers,
    }),
    soundOffset: new Gauge({
      name: "framewright_egress_calibration_offset_seconds",
      help: "By how much the sound of that page was late, or early (negative), at last; what is within bounds is corrected",
      labelNames: ["outcome"],
      registers,
    }),
    freshPictures: new Gauge({
      name: "framewright_egress_calibration_pictures_ratio",
      help: "Share of the pictures of that page that were new, at last",
      labelNames: ["outcome"],
      registers,
    }),
  };
}
