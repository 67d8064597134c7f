import { onTestFinished } from "vitest";
import { workerTokenKind } from "@framewright/contracts/api-key.ts";
import { generateKey } from "../../api/keys/keys.ts";
import type { WorkerService } from "../../api/workers/worker-service.ts";
import { adminSecret } from "./api-under-test.ts";
import { fakeWorkerApp, sharedWorkerApp, workerKey } from "./fake-worker-app.ts";

export const asWorker = { authorization: `Bearer ${workerKey}` };
export const asAdmin = { authorization: `Bearer ${adminSecret}` };
export const asToken = () => ({ authorization: `Bearer ${generateKey(workerTokenKind)}` });

export const abilities = {
  accel: "cpu" as const,
  classes: ["cpu.720p" as const],
  encoders: ["libx264"],
  version: "1",
};
export const registration = { workerName: "w-0", ...abilities };

function asking(built: Awaited<ReturnType<typeof sharedWorkerApp>>) {
  const post = (url: string, payload: object, headers: Record<string, string> = asWorker) =>
    built.app.inject({ method: "POST", url, payload, headers });
  return { ...built, post };
}

export async function buildShared(change?: Partial<WorkerService>) {
  return asking(await sharedWorkerApp(change));
}

/** For a test that closes it, or guesses until its address is refused. */
export async function buildOwn(change: Partial<WorkerService>) {
  const built = await fakeWorkerApp(change);
  onTestFinished(() => built.app.close());
  return asking(built);
}
