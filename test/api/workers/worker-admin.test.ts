import { describe, expect, it } from "vitest";
import { isKey, workerTokenKind } from "@framewright/contracts/api-key.ts";
import { digestOf } from "../../../api/keys/keys.ts";
import { createWorkerAdmin } from "../../../api/workers/worker-admin.ts";
import { actor, fakeEngine, lockedJob, type Script } from "../fake-engine.ts";

const at = new Date("2026-11-29T10:00:00Z");
const present = { ended_at: null, revoked_at: null };
const view = {
  ...{ id: "worker-1", name: "gpu-0", status: "idle", accel: "nvenc", classes: ["nvenc.720p"] },
  ...{ encoders: [], version: "1.0.0", store: "public", draining: false, currentJobs: [] },
  ...{ registered_at: at, last_seen_at: at, drain_requested_at: null, revoked_at: null },
};

function adminOver(script: Script) {
  const engine = fakeEngine({ "lock-worker": [present], "view-worker": [view], ...script });
  return { ...engine, admin: createWorkerAdmin(engine.context) };
}

describe("a worker that is revoked", () => {
  it("loses its key and its jobs in one transaction, and everybody is woken after it", async () => {
    const { admin, db, trail, messages } = adminOver({
      "jobs-of-worker": [lockedJob({ attempt: 2, failures: { lost: 1 } })],
      "add-to-outbox": [{ id: "7" }],
    });
    await admin.revoke(actor, "worker-1");
    expect(db.values("revoke-worker")).toEqual(["worker-1"]);
    expect(db.values("close-attempt").slice(0, 3)).toEqual(["job-1", 2, "lost"]);
    // Nobody's fault: at once, and without counting.
    expect(db.values("requeue-job")).toEqual(["job-1", { lost: 1 }, 0]);
    expect(db.values("record-write").slice(3, 5)).toEqual(["worker.revoke", "worker-1"]);
    expect(messages.map(({ jobId }) => jobId)).toEqual(["job-1"]);
    expect(trail.slice(trail.indexOf("commit") + 1)).toEqual([
      ...["workers changed", "changed job-1", "publish soon", "queue grew"],
    ]);
  });

  it("stays as it is when it is revoked again", async () => {
    const { admin, db } = adminOver({
      "lock-worker": [{ ...present, revoked_at: at }],
      "jobs-of-worker": [],
    });
    await admin.revoke(actor, "worker-1");
    expect(db.executions("revoke-worker")).toEqual([]);
  });
});

it("a worker that is drained keeps its jobs", async () => {
  const { admin, db, trail } = adminOver({});
  const drained = await admin.drain(actor, "worker-1");
  expect(drained).toMatchObject({ id: "worker-1", registeredAt: at.toISOString() });
  expect(db.values("drain-worker")).toEqual(["worker-1"]);
  expect(db.values("record-write").slice(3, 5)).toEqual(["worker.drain", "worker-1"]);
  expect(trail.slice(trail.indexOf("commit"))).toEqual(["commit", "workers changed"]);
});

it.each([
  ["does not exist", [], "worker-not-found"],
  ["was replaced", [{ ...present, ended_at: at }], "worker-ended"],
])("a worker that %s is neither drained nor revoked", async (_how, rows, code) => {
  const { admin, trail } = adminOver({ "lock-worker": rows });
  await expect(admin.drain(actor, "worker-1")).rejects.toMatchObject({ code });
  await expect(admin.revoke(actor, "worker-1")).rejects.toMatchObject({ code });
  expect(trail).not.toContain("commit");
});

describe("a token", () => {
  const row = {
    ...{ id: "token-1", prefix: "fw_join_12345678", worker_name: "gpu-0", created_at: at },
    ...{ expires_at: at, used_at: null, worker_id: null, revoked_at: null },
  };

  it("is shown once, and kept as a hash that expires", async () => {
    const { admin, db } = adminOver({ "insert-worker-token": [row] });
    const { token, ...shown } = await admin.createToken(actor, { workerName: "gpu-0" });
    expect(isKey(workerTokenKind, token)).toBe(true);
    expect(JSON.stringify(shown)).not.toContain(token);
    const [, prefix, ...stored] = db.values("insert-worker-token");
    expect(token.startsWith(String(prefix))).toBe(true);
    expect(stored).toEqual([digestOf(token), "gpu-0", "project-1", "tests", 3600]);
    expect(db.values("record-write").slice(3, 5)).toEqual(["worker-token.create", "token-1"]);
  });

  it("that does not exist cannot be revoked", async () => {
    const { admin } = adminOver({ "revoke-worker-token": 0 });
    const answer = admin.revokeToken(actor, "token-1");
    await expect(answer).rejects.toMatchObject({ code: "token-not-found", status: 404 });
  });
});
