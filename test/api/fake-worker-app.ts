import { pino } from "pino";
import { workerKeyKind } from "@framewright/contracts/api-key.ts";
import { localNotifier } from "../../api/backends/notifier.ts";
import { newId } from "../../api/ids.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { createMetrics } from "../../api/metrics.ts";
import { buildWorkerApp } from "../../api/routes/worker-app.ts";
import type { WorkerService } from "../../api/workers/worker-service.ts";
import { aClaimant } from "./a-claimant.ts";
import { adminSecret } from "./api-under-test.ts";
import { fakeRecorders } from "./fake-egress.ts";

export const workerKey = generateKey(workerKeyKind);

const unexpected = () => Promise.reject(new Error("the test expects no such call"));

export async function fakeWorkerApp(change: Partial<WorkerService> = {}) {
  const service: WorkerService = {
    register: () => Promise.resolve({ workerId: newId(), apiKey: workerKey }),
    authenticate: (key) => Promise.resolve(key === workerKey ? aClaimant : undefined),
    resume: unexpected,
    rotate: unexpected,
    idle: unexpected,
    connect: unexpected,
    orders: unexpected,
    list: () => Promise.resolve([]),
    claim: unexpected,
    heartbeat: unexpected,
    uploads: unexpected,
    findSteps: unexpected,
    keepStep: unexpected,
    complete: unexpected,
    fail: unexpected,
    release: unexpected,
    ...change,
  };
  const closing = new AbortController();
  const notifier = localNotifier();
  const log = pino({ level: "silent" });
  const app = await buildWorkerApp({
    deps: {
      service,
      recorders: fakeRecorders,
      notifier,
      log,
      adminSecrets: [adminSecret],
      closing: closing.signal,
    },
    log,
    metrics: createMetrics(),
  });
  return { app, notifier, closing };
}
