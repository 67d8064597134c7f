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

const refusing: WorkerService = {
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
};

/** The worker API on a service that refuses what the test does not give. */
export async function fakeWorkerApp(change: Partial<WorkerService> = {}) {
  let service = { ...refusing, ...change };
  const closing = new AbortController();
  const notifier = localNotifier();
  const log = pino({ level: "silent" });
  const app = await buildWorkerApp({
    deps: {
      // The service of the moment: to build an API takes longer than what most tests ask of it.
      service: new Proxy(refusing, {
        get: (_target, name) => Reflect.get(service, name) as unknown,
      }),
      recorders: fakeRecorders,
      notifier,
      log,
      adminSecrets: [adminSecret],
      closing: closing.signal,
    },
    log,
    metrics: createMetrics(),
  });
  const serve = (next: Partial<WorkerService> = {}): void => {
    service = { ...refusing, ...next };
  };
  return { app, notifier, closing, serve };
}

let shared: ReturnType<typeof fakeWorkerApp> | undefined;

/** The same, once for all tests that do not close it. */
export async function sharedWorkerApp(change: Partial<WorkerService> = {}) {
  shared ??= fakeWorkerApp();
  const built = await shared;
  built.serve(change);
  return built;
}
