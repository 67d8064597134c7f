import { describe, expect, it } from "vitest";
import { AppError, problemOf } from "../../../api/errors.ts";
import { requireQuota, type Added } from "../../../api/projects/quotas.ts";
import { FakeDb, unlimited } from "../fake-engine.ts";

/** The problem that the answer has; undefined where nothing is refused. */
async function refusal(change: Partial<Record<keyof typeof unlimited, unknown>>, added: Added) {
  const db = new FakeDb({ "project-use": [{ ...unlimited, ...change }] });
  try {
    await requireQuota(db, "project-1", added);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...problemOf(error, "r"), retryAfter: error.retryAfterSeconds };
  }
}

const job = { of: "job" } as const;
const upload = (sizeBytes: number) => ({ of: "upload", sizeBytes }) as const;

describe("a job", () => {
  it("is taken while the project has no quotas", async () => {
    const use = { queued: 1_000_000, seconds: 1e9, bytes_stored: "1000000000000" };
    expect(await refusal(use, job)).toBeUndefined();
  });

  it("is taken up to the limit of those that wait, itself among them", async () => {
    expect(await refusal({ max_queued: 5, queued: 5 }, job)).toBeUndefined();
    expect(await refusal({ max_queued: 5, queued: 6 }, job)).toMatchObject({
      status: 429,
      code: "quota-exceeded",
      quota: { name: "queued", limit: 5, used: 5 },
      retryAfter: 10,
    });
  });

  it("is refused once the minutes of the month are used, with the time at which they return", async () => {
    const resets = new Date(Date.now() + 60_000);
    const use = { max_minutes_per_month: 10, resets_at: resets };
    expect(await refusal({ ...use, seconds: 599 }, job)).toBeUndefined();
    const refused = await refusal({ ...use, seconds: 660 }, job);
    expect(refused).toMatchObject({
      status: 429,
      quota: { name: "minutesPerMonth", limit: 10, used: 11, resetsAt: resets.toISOString() },
    });
    expect(refused?.retryAfter).toBeGreaterThan(55);
    expect(refused?.detail).toContain("11.0 of 10 minutes");
  });

  it("is refused where its result could not be stored", async () => {
    const use = { max_bytes_stored: "100" };
    expect(await refusal({ ...use, bytes_stored: "99" }, job)).toBeUndefined();
    expect(await refusal({ ...use, bytes_stored: "100" }, job)).toMatchObject({
      status: 403,
      code: "storage-quota-exceeded",
      quota: { name: "bytesStored", limit: 100, used: 100 },
    });
  });
});

describe("an upload", () => {
  it("is taken up to the last byte, and refused beyond with its size", async () => {
    const use = { max_bytes_stored: "100" };
    expect(await refusal({ ...use, bytes_stored: "100" }, upload(60))).toBeUndefined();
    const refused = await refusal({ ...use, bytes_stored: "101" }, upload(60));
    expect(refused).toMatchObject({ status: 403, quota: { limit: 100, used: 41 } });
    expect(refused?.detail).toBe(
      "The project stores 41 of 100 bytes, and the upload has 60; delete uploads or jobs",
    );
  });

  it("is not bound by the quotas of jobs", async () => {
    const use = { max_queued: 0, queued: 9, max_minutes_per_month: 0, seconds: 9 };
    expect(await refusal(use, upload(1))).toBeUndefined();
  });
});
