import { describe, expect, it } from "vitest";
import { safeAttributes, safeText } from "../../../runtime/tracing/safe-spans.ts";

describe("texts of spans", () => {
  it.each([
    ["https://store/b/k.m4s?X-Amz-Credential=AK&X-Amz-Signature=9f", "https://store/b/k.m4s?…"],
    ["amqp://user:secret@rabbitmq:5672/%2F", "amqp://…@rabbitmq:5672/%2F"],
    ["/v1/jobs?cursor=abc", "/v1/jobs?…"],
    ["/v1/playback/eyJhbGciOi.sig/v/720p.m3u8", "/v1/playback/…/v/720p.m3u8"],
    ["key fw_live_0123456789abcdef is revoked", "key fw_… is revoked"],
    ["authorization: Bearer abc.def", "authorization: Bearer …"],
    ["is it 5 s? yes", "is it 5 s? yes"],
  ])("%s", (text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it("are cut", () => {
    expect(safeText("x".repeat(5000))).toHaveLength(513);
  });
});

describe("attributes of spans", () => {
  it("are those that are known to hold no secret", () => {
    const found = {
      "http.request.method": "GET",
      "url.path": "/v1/playback/token/master.m3u8",
      "url.full": "https://store/k?X-Amz-Signature=9f",
      "url.query": "token=1",
      "http.request.header.authorization": ["Bearer x"],
      "user_agent.original": "curl",
      "client.address": "203.0.113.7",
      "db.query.text": "SELECT 'secret'",
      "db.statement": "SELECT 'secret'",
      "messaging.url": "amqp://u:p@h",
      "job.id": "7",
      "ffmpeg.cpu_seconds": 1.5,
    };
    expect(safeAttributes(found)).toEqual({
      "http.request.method": "GET",
      "url.path": "/v1/playback/…/master.m3u8",
      "job.id": "7",
      "ffmpeg.cpu_seconds": 1.5,
    });
  });
});
