import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createLogger, redactText, redactUrl } from "../../api/logger.ts";

it("a playback token does not reach the log", () => {
  expect(redactUrl("/v1/playback/SECRET/720p/0.m4s?x=1")).toBe("/v1/playback/…/720p/0.m4s?x=1");
  expect(redactUrl("/v1/jobs")).toBe("/v1/jobs");
});

it("passwords in URLs do not reach the log", () => {
  const text = "cannot reach postgres://fw:hunter2@db:5432/app";
  expect(redactText(text)).toBe("cannot reach postgres://…@db:5432/app");
});

it("secrets in logged objects are replaced", () => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = createLogger("info", sink);
  log.info({ headers: { authorization: "Bearer hunter2", "x-admin-secret": "hunter2" } }, "x");
  log.info({ worker: { api_key: "hunter2" }, created: { key: "hunter2" } }, "x");
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toContain("hunter2");
});
