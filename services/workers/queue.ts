import type { AutoscalingSection } from "../../config/schema.ts";
import { queueOf } from "@framewright/contracts/queue.ts";
import type { Endpoint } from "../kit/app.ts";
import type { QueueScaling } from "../kit/scaling/queue-scaler.ts";
import { classesOf, workloadOf, type Flavour } from "./flavours.ts";

export interface WorkerQueueArgs extends Pick<QueueScaling, "scaler" | "pollingSeconds"> {
  readonly jobsPerWorker: AutoscalingSection["jobsPerWorker"];
  /** How KEDA gets into the broker. */
  readonly brokerUser: string;
  /** Where the API says how many jobs there are. */
  readonly figures: Endpoint;
}

function literally(text: string): string {
  return text.replaceAll(".", "\\.");
}

type Scaled = Pick<Flavour, "name" | "accel" | "tiers" | "slots">;

/**
 * The broker counts messages, and a worker gives back that of a job which runs for long; so the API counts jobs as well.
 * The third figure holds what works: at ten jobs for each worker, ten that run would otherwise be a reason to keep one.
 */
export function workerQueue(
  { jobsPerWorker, brokerUser, figures, scaler, pollingSeconds }: WorkerQueueArgs,
  flavour: Scaled,
): QueueScaling {
  const classes = classesOf(flavour);
  const perPod = jobsPerWorker[flavour.accel === "cpu" ? "cpu" : "gpu"];
  const query = new URLSearchParams({
    classes: classes.join(" "),
    workers: `${workloadOf(flavour)}-`,
  });
  const url = `http://${figures.host}:${figures.port}/scaling?${query.toString()}`;
  return {
    scaler,
    pollingSeconds,
    triggers: [
      {
        kind: "queues",
        pattern: `^(${classes.map((one) => literally(queueOf(one))).join("|")})$`,
        perPod,
        user: brokerUser,
      },
      { kind: "figure", url, key: "jobs", perPod },
      { kind: "figure", url, key: "running", perPod: flavour.slots },
    ],
  };
}
