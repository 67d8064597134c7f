import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Turns } from "./turns.ts";

export interface ModelMetrics {
  readonly registry: Registry;
  readonly requests: Counter<"status">;
  readonly waited: Histogram;
  readonly worked: Histogram;
  readonly characters: Counter;
  readonly audioSeconds: Counter;
}

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Named alike for all services, those in Python too, with the service as a label of every series. */
export function createMetrics(service: string, turns: Turns): ModelMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: "framewright_model_queue_depth",
    help: "Requests that wait for their turn",
    registers,
    collect() {
      this.set(turns.depth);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: "framewright_model_requests_total",
      help: "Requests by the status of the answer",
      labelNames: ["status"],
      registers,
    }),
    waited: new Histogram({
      name: "framewright_model_queue_seconds",
      help: "How long requests waited for their turn",
      buckets: seconds,
      registers,
    }),
    worked: new Histogram({
      name: "framewright_model_work_seconds",
      help: "How long the engine worked on requests",
      buckets: seconds,
      registers,
    }),
    characters: new Counter({
      name: "framewright_model_characters_total",
      help: "Characters of text that were worked on",
      registers,
    }),
    audioSeconds: new Counter({
      name: "framewright_model_audio_seconds_total",
      help: "Seconds of audio that were made or listened to",
      registers,
    }),
  };
}
