/** The process that records one task. Its controller starts it, tells it what to do, and starts another if it dies. */
import { Value } from "typebox/value";
import { createLogger } from "@framewright/runtime/log.ts";
import { loadEgressEnv, readSecrets } from "./env.ts";
import { aliveEveryMs, Order, type Report } from "./src/messages.ts";
import { recordTask, type RunningTask } from "./src/record/record-task.ts";
import { wayToStore } from "./src/record/store.ts";
import { createRecorderApi } from "./src/recorder-api.ts";

const config = loadEgressEnv();
const lost = new AbortController();
let running: RunningTask | undefined;
/** An order that came before there was anything to end. */
let early: "stop-requested" | "handed-over" | undefined;

/** Resolves once it is told, or nobody is there who could hear it. */
function tell(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || process.send === undefined) resolve();
    else {
      process.send(report, undefined, undefined, () => {
        resolve();
      });
    }
  });
}

function endBy(why: "stop-requested" | "handed-over"): void {
  early ??= why;
  running?.recording.end(why);
}

async function record(order: Extract<Order, { type: "record" }>): Promise<void> {
  const { lease, scratch, ticket, soundDelayMs } = order;
  const log = createLogger({
    level: config.logLevel,
    base: { service: "egress", recorder: config.podName },
    secrets: [...readSecrets(), ticket, lease.source.url],
  }).child({ egress_id: lease.egressId, attempt: lease.attempt });
  const api = createRecorderApi({ url: config.workerApiUrl, name: config.podName, ticket });
  const { ffmpegPath: ffmpeg, ffprobePath: ffprobe, path } = config;
  const { page } = config.policy;
  const policy = { ...config.policy, page: page && { ...page, soundDelayMs } };
  const programs = { ffmpeg, ffprobe, path };
  const store = wayToStore(config.storeProxy);
  const { signal } = lost;
  running = await recordTask({ lease, api, programs, policy, store, scratch, log, signal });
  if (early) running.recording.end(early);
  const { recording } = running;
  const beat = setInterval(
    () => void tell({ type: "alive", seconds: recording.seconds }),
    aliveEveryMs,
  );
  const how = await running.done;
  clearInterval(beat);
  await tell({ type: "alive", seconds: recording.seconds });
  await tell({ type: "done", how });
  await Promise.all([api.close(), store.close()]);
  process.disconnect();
}

process.on("message", (message) => {
  const order = Value.Parse(Order, message);
  if (order.type === "record") void record(order);
  else endBy(order.type === "stop" ? "stop-requested" : "handed-over");
});
// Without its controller nobody renews the lease: another recorder takes over.
process.on("disconnect", () => {
  process.exit(running === undefined ? 1 : 0);
});
// The controller decides when the pod ends; a terminal sends its signals to all.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);
