import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { Server } from "node:http";
import type { Logger } from "@framewright/runtime/log.ts";
import { createOpsServer } from "@framewright/runtime/ops-server.ts";
import { Line } from "./line.ts";
import { createQueueServer } from "./server.ts";
import { Waits } from "./waits.ts";

export interface QueueOptions {
  readonly service: string;
  /** Of the pods. */
  readonly podsPort: number;
  readonly requestsPerPod: number;
  readonly waitingLimit: number;
  readonly log: Logger;
}

/** One that was slow this long ago is no reason for more pods now. */
const windowSeconds = 60;

const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200];

function seconds(): number {
  return performance.now() / 1000;
}

function createFigures(service: string, line: Line) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(value());
      },
    });
  };
  gauge("framewright_model_waiting", "Requests that wait for a pod", () => line.waiting);
  gauge("framewright_model_running", "Requests that pods work on", () => line.running);
  return {
    registry,
    waited: new Histogram({
      ...{ name: "framewright_model_wait_seconds", help: "How long requests waited for a pod" },
      ...{ buckets, registers },
    }),
    took: new Histogram({
      ...{ name: "framewright_model_answer_seconds", help: "How long pods took to answer" },
      ...{ buckets, registers },
    }),
    answers: new Counter({
      ...{ name: "framewright_model_answers_total", help: "Answers of pods by their status" },
      ...{ labelNames: ["status"], registers },
    }),
  };
}

/** A queue before the pods of a model service: requests, and what it knows of them. */
export function createQueue(options: QueueOptions): {
  readonly line: Line;
  readonly server: Server;
  readonly ops: Server;
} {
  const { service, podsPort, requestsPerPod, waitingLimit, log } = options;
  const line = new Line({ perPod: requestsPerPod, limit: waitingLimit, now: seconds });
  const waits = new Waits(windowSeconds, seconds);
  const figures = createFigures(service, line);
  const server = createQueueServer({
    ...{ line, log, port: podsPort },
    onBegin: (waited) => {
      waits.add(waited);
      figures.waited.observe(waited);
    },
    onEnd: (took, status) => {
      figures.took.observe(took);
      figures.answers.inc({ status: String(status) });
    },
  });
  const scaling = () => {
    const asked = line.waiting + line.running;
    return { asked, waitP95Seconds: Math.round(waits.p95(line.ages) * 1000) / 1000 };
  };
  const ops = createOpsServer({
    ...{ log, registry: figures.registry },
    routes: {
      "/healthz": () => ({ status: 200, body: { ok: true } }),
      "/scaling": () => ({ status: 200, body: scaling() }),
    },
  });
  return { line, server, ops };
}
