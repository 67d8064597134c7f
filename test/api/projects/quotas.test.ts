import { describe, expect, it } from "vitest";
import { problemOf } from "../../../api/errors.ts";
import { refusalOf, requireRoom, type UseRow } from "../../../api/projects/quotas.ts";
import { FakeDb, unlimited } from "../fake-engine.ts";

/** The problem that the answer has; undefined where nothing is refused. */
function refusal(change: Partial<UseRow>, sizeBytes?: number) {
  const error = refusalOf({ ...unlimited, ...change }, sizeBytes);
  return error && { ...problemOf(error, "r"), retryAfter: error.retryAfterSeconds };
}

describe("a job", () => {
  it("is taken while there is room", () => {
    expect(refusal({ queued: 1_000_000, seconds: 1e9, bytes_stored: "1000000000000" })).toBe(
      undefined,
    );
  });

  it("is refused beside as many as may wait", () => {
    expect(refusal({ max_queued: 5, queued: 5, exceeded: "queued" })).toMatchObject({
      ...{ status: 429, code: "quota-exceeded", retryAfter: 10 },
      quota: { name: "queued", limit: 5, used: 5 },
    });
  });

  it("is refused once the minutes of the month are used, with the time at which they return", () => {
    const resets = new Date(Date.now() + 60_000);
    const use = { max_minutes_per_month: 10, resets_at: resets, seconds: 660 };
    const refused = refusal({ ...use, exceeded: "minutesPerMonth" });
    expect(refused).toMatchObject({
      status: 429,
      quota: { name: "minutesPerMonth", limit: 10, used: 11, resetsAt: resets.toISOString() },
    });
    expect(refused?.retryAfter).toBeGreaterThan(55);
    expect(refused?.detail).toContain("11.0 of 10 minutes");
  });

  it("is refused where its result could not be stored", () => {
    const use = { max_bytes_stored: "100", bytes_stored: "100" };
    expect(refusal({ ...use, exceeded: "bytesStored" })).toMatchObject({
      ...{ status: 403, code: "storage-quota-exceeded" },
      quota: { name: "bytesStored", limit: 100, used: 100 },
    });
  });
});

describe("an upload", () => {
  const use = { ...unlimited, max_bytes_stored: "100", bytes_stored: "41" };

  it("is taken where there is room", async () => {
    const db = new FakeDb({ "room-for-upload": [use] });
    await expect(requireRoom(db, "project-1", 59)).resolves.toBeUndefined();
    expect(db.values("room-for-upload")).toEqual(["project-1", 59]);
  });

  it("is refused with its size", async () => {
    const db = new FakeDb({ "room-for-upload": [{ ...use, exceeded: "bytesStored" }] });
    await expect(requireRoom(db, "project-1", 60)).rejects.toMatchObject({
      message: "The project stores 41 of 100 bytes, and the upload has 60; delete uploads or jobs",
    });
  });
});
