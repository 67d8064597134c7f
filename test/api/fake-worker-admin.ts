import { workerTokenKind } from "@framewright/contracts/api-key.ts";
import { AppError } from "../../api/errors.ts";
import { newId } from "../../api/ids.ts";
import { generateKey } from "../../api/keys/keys.ts";
import type { WorkerAdmin } from "../../api/workers/worker-admin.ts";

const noWorker = (_by: unknown, id: string) =>
  Promise.reject(new AppError("worker-not-found", `There is no worker ${id}`));

/** There are no workers; tokens are made and forgotten. */
export const fakeWorkers: WorkerAdmin = {
  list: () => Promise.resolve([]),
  drain: noWorker,
  revoke: noWorker,
  createToken: (_by, { workerName }) =>
    Promise.resolve({
      id: newId(),
      prefix: "fw_join_12345678",
      ...(workerName !== undefined && { workerName }),
      createdAt: new Date(0).toISOString(),
      expiresAt: new Date(3_600_000).toISOString(),
      token: generateKey(workerTokenKind),
    }),
  listTokens: () => Promise.resolve([]),
  revokeToken: () => Promise.resolve(),
};
