import { describe, expect, it } from "vitest";
import { createClientService } from "../../../api/jobs/client-service.ts";
import { actor, fakeEngine, unlimited } from "../fake-engine.ts";

const options = { uploadUrlSeconds: 900 };

describe("an upload", () => {
  it("gets a URL for its exact size and type, and a row of its own", async () => {
    const { context, db, tickets, trail } = fakeEngine({
      "room-for-upload": [unlimited],
      "insert-upload": [{ created_at: new Date(0) }],
    });
    const service = createClientService(context, options);
    const body = { contentType: "video/mp4", sizeBytes: 1_000 };
    const ticket = await service.createUpload(actor, body);
    const { uploadId } = ticket;
    const key = `uploads/project-1/${uploadId}`;
    expect(ticket).toEqual({
      uploadId,
      method: "PUT",
      url: `put:${key}`,
      headers: { "content-type": "video/mp4" },
      expiresAt: "1970-01-01T00:00:00.000Z",
    });
    expect(tickets).toEqual([{ ...body, side: "public", key, expiresSeconds: 900 }]);
    expect(db.values("insert-upload")).toEqual([
      ...[uploadId, "project-1", key, null, "video/mp4", 1_000, null, null],
    ]);
    expect(trail).toEqual(["begin", "room-for-upload", "insert-upload", "record-write", "commit"]);
    await service.createUpload(actor, { ...body, filename: "holiday.mp4" });
    expect(db.executions("insert-upload")[1]?.[3]).toBe("holiday.mp4");
  });
});
