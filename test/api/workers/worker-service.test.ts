import { describe, expect, it } from "vitest";
import { workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { RegisterRequest } from "@framewright/contracts/worker-api.ts";
import { digestOf, generateKey, prefixOf } from "../../../api/keys/keys.ts";
import { addressSeconds } from "../../../api/workers/output-addresses.ts";
import { createWorkerService } from "../../../api/workers/worker-service.ts";
import { fakeEngine, lockedJob, type Script } from "../fake-engine.ts";

const key = generateKey(workerKeyKind);
const ref = { jobId: "job-1", attempt: 2, workerId: "worker-1" };
const row = { id: "worker-1", name: "gpu-0", classes: ["nvenc.720p"], key_digest: digestOf(key) };
const list = "FROM workers w";

function serviceOver(script: Script) {
  const engine = fakeEngine(script);
  return { ...engine, service: createWorkerService(engine.context) };
}

describe("a registration", () => {
  const request: RegisterRequest = {
    workerName: "gpu-0",
    accel: "nvenc",
    classes: ["nvenc.720p"],
    encoders: ["h264_nvenc"],
    version: "1.2.3",
  };

  const first = { "lock-namesake": [], "insert-worker": [{ id: "worker-1" }] };

  it("gives a new key, of which only the digest is stored", async () => {
    const { service, db } = serviceOver(first);
    const { workerId, apiKey } = await service.register(request, "admin-secret");
    expect(workerId).toBe("worker-1");
    const [, ...stored] = db.values("insert-worker");
    expect(stored).toEqual([
      ...["gpu-0", prefixOf(workerKeyKind, apiKey), digestOf(apiKey)],
      ...["nvenc", ["nvenc.720p"], ["h264_nvenc"], "1.2.3", ["upload"], "inside", []],
    ]);
    expect((await service.register(request, "admin-secret")).apiKey).not.toBe(apiKey);
  });

  it("under the name of a live worker is refused to the admin secret, and changes nothing", async () => {
    const alive = { "lock-namesake": [{ id: "worker-0", alive: true }] };
    const { service, trail } = serviceOver(alive);
    const answer = service.register(request, "admin-secret");
    await expect(answer).rejects.toMatchObject({ code: "worker-name-taken", status: 409 });
    expect(trail).toEqual(["begin", "lock-namesake", "rollback"]);
  });

  const gone = {
    "lock-namesake": [
      { id: "worker-0", alive: false, revoked_at: new Date("2026-11-29T10:00:00Z") },
    ],
    "jobs-of-worker": [],
    "insert-worker": [{ id: "worker-1" }],
  };

  it.each(["ticket", "admin-secret"] as const)(
    "under the name of a revoked worker is refused to the %s",
    async (proof) => {
      const { service, trail } = serviceOver(gone);
      const answer = service.register(request, proof);
      await expect(answer).rejects.toMatchObject({ code: "worker-revoked", status: 403 });
      expect(trail).toEqual(["begin", "lock-namesake", "rollback"]);
    },
  );

  const token = { token: "fw_join_x", requestId: "request-1", address: "192.0.2.7" };
  const usable = {
    ...{ id: "token-1", prefix: "fw_join_x", worker_name: null, used_at: null, worker_id: null },
    ...{ created_at: new Date(0), expires_at: new Date(60_000), revoked_at: null, expired: false },
    ...{ project_id: "project-1", created_by: "ops" },
  };

  it("with a token uses it up in the same transaction, also for a name that was revoked", async () => {
    const { service, db, trail } = serviceOver({ ...gone, "lock-worker-token": [usable] });
    expect((await service.register(request, token)).workerId).toBe("worker-1");
    expect(db.values("lock-worker-token")).toEqual([digestOf("fw_join_x")]);
    expect(db.values("use-worker-token")).toEqual(["token-1", "worker-1"]);
    expect(db.values("record-write")).toEqual([
      ...["project-1", "token-1", "worker token of ops", "worker.register", "worker-1"],
      ...["request-1", "192.0.2.7"],
    ]);
    expect(trail.at(-1)).toBe("commit");
  });

  const at = new Date("2026-11-29T10:00:00Z");
  it.each([
    ["is unknown", [], "The token is unknown"],
    ["was used", [{ ...usable, used_at: at }], "The token was used at 2026-11-29T10:00:00.000Z"],
    ["was revoked", [{ ...usable, revoked_at: at }], "The token was revoked at 2026-11-29T10"],
    ["expired", [{ ...usable, expired: true }], "The token expired at 1970-01-01T00:01:00.000Z"],
    [
      "is for another worker",
      [{ ...usable, worker_name: "cpu-7" }],
      "The token is for the worker cpu-7, not for gpu-0",
    ],
  ])("with a token that %s registers nobody", async (_how, rows, words) => {
    const { service, trail } = serviceOver({ ...first, "lock-worker-token": rows });
    const answer = service.register(request, token);
    await expect(answer).rejects.toMatchObject({ code: "token-refused", status: 403 });
    await expect(service.register(request, token)).rejects.toThrow(words);
    expect(trail).not.toContain("commit");
  });

  it("that another one overtakes is refused", async () => {
    const { service } = serviceOver({ ...first, "insert-worker": [] });
    const answer = service.register(request, "admin-secret");
    await expect(answer).rejects.toMatchObject({ code: "worker-name-taken" });
  });

  it.each([
    ["a live worker", "ticket", true],
    ["a silent worker", "admin-secret", false],
  ] as const)(
    "in place of %s ends it, and what it worked on is queued",
    async (_who, proof, alive) => {
      const { service, db, messages } = serviceOver({
        ...first,
        "lock-namesake": [{ id: "worker-0", alive }],
        "jobs-of-worker": [lockedJob()],
        "add-to-outbox": [{ id: "7" }],
      });
      expect((await service.register(request, proof)).workerId).toBe("worker-1");
      expect(db.values("end-worker")).toEqual(["worker-0"]);
      expect(db.values("close-attempt").slice(0, 3)).toEqual(["job-1", 2, "lost"]);
      expect(messages.map(({ jobId }) => jobId)).toEqual(["job-1"]);
    },
  );

  it("makes the keys that this process remembers unknown", async () => {
    const { service, db } = serviceOver({ ...first, "worker-by-prefix": [row] });
    await service.authenticate(key, "10.0.0.1");
    await service.register(request, "admin-secret");
    await service.authenticate(key, "10.0.0.1");
    expect(db.executions("worker-by-prefix")).toHaveLength(2);
  });
});

describe("a worker's key", () => {
  it("names the worker, notes that it called, and is remembered", async () => {
    const { service, db, trail } = serviceOver({ "worker-by-prefix": [row] });
    const claimant = { workerId: "worker-1", workerName: "gpu-0", classes: ["nvenc.720p"] };
    expect(await service.authenticate(key, "10.0.0.1")).toEqual(claimant);
    expect(db.values("worker-by-prefix")).toEqual([prefixOf(workerKeyKind, key)]);
    expect(db.values("worker-seen")).toEqual(["worker-1"]);
    expect(await service.authenticate(key, "10.0.0.1")).toEqual(claimant);
    expect(trail).toEqual(["worker-by-prefix", "worker-seen"]);
  });

  it.each([
    [
      "the next one, which takes its place",
      { next_key_digest: digestOf(key) },
      "promote-worker-key",
    ],
    ["the previous one, for a minute", { previous_key_digest: digestOf(key) }, "worker-seen"],
  ])("may be %s", async (_which, digests, statement) => {
    const other = { ...row, key_digest: digestOf("another key"), ...digests };
    const { service, trail } = serviceOver({ "worker-by-prefix": [other] });
    expect(await service.authenticate(key, "10.0.0.1")).toMatchObject({ workerId: "worker-1" });
    expect(trail).toEqual(["worker-by-prefix", statement]);
  });

  it("of a worker that was revoked says so", async () => {
    const gone = {
      ...{ ...row, key_digest: digestOf("random") },
      ...{ previous_key_digest: digestOf(key), revoked_at: new Date("2026-11-29T10:00:00Z") },
    };
    const { service, trail } = serviceOver({ "worker-by-prefix": [gone] });
    const refusal = { code: "worker-revoked", status: 403 };
    await expect(service.authenticate(key, "10.0.0.1")).rejects.toMatchObject(refusal);
    expect(trail).toEqual(["worker-by-prefix"]);
  });

  it.each([
    ["nobody's", []],
    ["another's with the same beginning", [{ ...row, key_digest: digestOf("another key") }]],
  ])("that is %s opens nothing, and leaves no sign of life", async (_whose, rows) => {
    const { service, trail } = serviceOver({ "worker-by-prefix": rows });
    expect(await service.authenticate(key, "10.0.0.1")).toBeUndefined();
    expect(trail).toEqual(["worker-by-prefix"]);
  });
});

describe("a worker without a job", () => {
  const orders = (row: object) => ({ "worker-idle": [row], "worker-orders": [row] });

  it("says that it lives, and whether it drains", async () => {
    const { service, db } = serviceOver(orders({ name: "gpu-0", drain: false, revoked_at: null }));
    expect(await service.idle("worker-1", true)).toEqual({ drain: false });
    expect(db.values("worker-idle")).toEqual(["worker-1", true]);
  });

  it("is told to drain", async () => {
    const { service } = serviceOver(orders({ name: "gpu-0", drain: true, revoked_at: null }));
    expect(await service.orders("worker-1")).toEqual({ drain: true });
  });

  it("is told that it was revoked, and when", async () => {
    const row = { name: "gpu-0", drain: false, revoked_at: new Date("2026-11-29T10:00:00Z") };
    const { service } = serviceOver(orders(row));
    for (const answer of [service.idle("worker-1", false), service.orders("worker-1")]) {
      await expect(answer).rejects.toMatchObject({
        ...{ code: "worker-revoked", status: 403 },
        message:
          "Worker gpu-0 was revoked at 2026-11-29T10:00:00.000Z; only a new token registers this name again",
      });
    }
  });
});

describe("a worker of an early version", () => {
  const old = { ...row, version: "0.9.3" };
  const words =
    "Worker gpu-0 has the version 0.9.3, and this API takes 1.2.0 or later; update the worker";
  const request: RegisterRequest = {
    ...{ workerName: "gpu-0", accel: "nvenc", classes: ["nvenc.720p"] },
    ...{ encoders: ["h264_nvenc"], version: "0.9.3" },
  };

  it("is refused with both versions, before anything is written", async () => {
    const { context, trail } = fakeEngine({ "worker-by-prefix": [old] });
    const service = createWorkerService(context, { leastVersion: "1.2.0" });
    const refusal = { code: "worker-too-old", status: 403, message: words };
    await expect(service.register(request, "ticket")).rejects.toMatchObject(refusal);
    expect(trail).toEqual([]);
    const claimant = await service.authenticate(key, "10.0.0.1");
    await expect(service.claim(claimant!)).rejects.toMatchObject(refusal);
    expect(() => service.resume(claimant!, request)).toThrow(words);
    expect(trail).toEqual(["worker-by-prefix", "worker-seen"]);
  });
});

it("the list shows times as text", async () => {
  const at = new Date("2026-11-21T10:00:00Z");
  const worker = { id: "worker-1", name: "gpu-0", currentJobs: ["job-1"] };
  const { service } = serviceOver({ [list]: [{ ...worker, registered_at: at, last_seen_at: at }] });
  const text = "2026-11-21T10:00:00.000Z";
  expect(await service.list()).toEqual([{ ...worker, registeredAt: text, lastSeenAt: text }]);
});

describe("upload URLs", () => {
  const files = [
    { path: "720p/1.m4s", sizeBytes: 9, contentType: "video/iso.segment" },
    { path: "master.m3u8", sizeBytes: 5, contentType: "application/vnd.apple.mpegurl" },
  ];

  it("are given to the owner of the job, under the prefix of the attempt, in the order asked", async () => {
    const { service, db, tickets } = serviceOver({ "owns-job": [{ kind: "transcode" }] });
    const { uploads } = await service.uploads(ref, { files }, "inside");
    expect(db.values("owns-job")).toEqual(["job-1", 2, "worker-1"]);
    expect(uploads).toEqual(
      files.map(({ path, contentType }) => ({
        path,
        url: `put:jobs/job-1/a2/${path}`,
        headers: { "content-type": contentType },
        check: `inside:head:jobs/job-1/a2/${path}:61`,
      })),
    );
    expect(tickets[0]).toEqual({
      ...{ side: "inside", key: "jobs/job-1/a2/720p/1.m4s", contentType: "video/iso.segment" },
      ...{ sizeBytes: 9, md5: undefined, expiresSeconds: 61 },
    });
  });

  it.each([
    ["one segment of 4 MiB", [4 * 1024 ** 2], 92],
    ["playlists and a poster", [500, 500, 80_000], 61],
    [
      "more than ten minutes at the slowest rate",
      Array.from({ length: 100 }, () => 4_000_000),
      600,
    ],
  ])("live for %s as long as the upload takes at the slowest rate", (_title, sizes, seconds) => {
    const asked = sizes.map((sizeBytes) => ({ path: "a.m4s", sizeBytes, contentType: "x" }));
    expect(addressSeconds(asked)).toBe(seconds);
  });

  it("are refused to any other attempt", async () => {
    const { service, tickets } = serviceOver({ "owns-job": [] });
    await expect(service.uploads(ref, { files }, "inside")).rejects.toMatchObject({
      code: "attempt-lost",
    });
    expect(tickets).toEqual([]);
  });
});

it.each([
  ["720p/1.m4s", "video/iso.segment", 256 * 1024 ** 2, false],
  ["720p/1.m4s", "video/iso.segment", 256 * 1024 ** 2 + 1, true],
  ["720p/init.mp4", "video/mp4", 256 * 1024 ** 2 + 1, true],
  ["video.mp4", "video/mp4", 5 * 1024 ** 3, false],
  ["audio.m4a", "audio/mp4", 5 * 1024 ** 3, false],
])(
  "an upload of %s as %s with %d bytes is refused: %s",
  async (path, contentType, sizeBytes, no) => {
    const { service, tickets } = serviceOver({ "owns-job": [{ kind: "transcode" }] });
    const answer = service.uploads(ref, { files: [{ path, sizeBytes, contentType }] }, "inside");
    if (!no) {
      await answer;
      expect(tickets).toHaveLength(1);
      return;
    }
    const message = `is ${sizeBytes}; ${path} may have at most ${256 * 1024 ** 2} bytes`;
    await expect(answer).rejects.toMatchObject({
      errors: [{ path: "body/files/0/sizeBytes", message }],
    });
  },
);

it("an upload gets no address under another type than that of its name", async () => {
  const files = [{ path: "a.vtt", sizeBytes: 1, contentType: "video/mp4" }];
  const { context, trail } = fakeEngine({ "owns-job": [{ kind: "transcode" }] });
  await expect(
    createWorkerService(context).uploads(ref, { files }, "inside"),
  ).rejects.toMatchObject({
    code: "invalid-request",
    errors: [
      { path: "body/files/0/contentType", message: expect.stringContaining("a.vtt") as string },
    ],
  });
  expect(trail).toEqual([]);
});
