import { describe, expect, it } from "vitest";
import { newId } from "../../../api/ids.ts";
import { playbackExpiry, readPlayback, signPlayback } from "../../../api/keys/playback-token.ts";

const grant = { jobId: newId(), expiresAt: new Date("2027-01-01T00:00:00Z") };

describe("a playback token", () => {
  it("gives back the job and the expiry that were signed", () => {
    expect(readPlayback(signPlayback(grant, "secret"), ["secret"])).toEqual(grant);
  });

  it("is one path segment", () => {
    expect(signPlayback(grant, "secret")).toMatch(/^[A-Za-z0-9_-]{50}$/);
  });

  it("is worth nothing under another secret", () => {
    expect(readPlayback(signPlayback(grant, "secret"), ["other"])).toBeUndefined();
  });

  it("outlives a rotation of the secret that signed it", () => {
    const token = signPlayback(grant, "secret");
    expect(readPlayback(token, ["newer", "secret", "newest"])).toEqual(grant);
  });

  it("is worth nothing when any of its bytes is changed", () => {
    const bytes = Buffer.from(signPlayback(grant, "secret"), "base64url");
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(bytes.readUInt8(i) ^ 1, i);
      expect(readPlayback(changed.toString("base64url"), ["secret"])).toBeUndefined();
    }
  });

  it.each(["", "x", "../../etc/passwd", "A".repeat(50), "A".repeat(10_000)])(
    "is not %j",
    (token) => {
      expect(readPlayback(token, ["secret"])).toBeUndefined();
    },
  );
});

describe("a playback expiry", () => {
  it("is at least the wanted life away, and at most an hour more", () => {
    const now = Date.parse("2026-11-21T10:20:30Z");
    expect(playbackExpiry(now, 86_400)).toEqual(new Date("2026-11-22T11:00:00Z"));
  });

  it("stays the same for a while, so that the URL does", () => {
    const now = Date.parse("2026-11-21T10:20:30Z");
    expect(playbackExpiry(now + 60_000, 3600)).toEqual(playbackExpiry(now, 3600));
  });
});
