import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createLogger, redactText } from "../../runtime/log.ts";

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
  const log = createLogger({ level: "info", base: {}, destination: sink });
  log.info({ headers: { authorization: "Bearer hunter2", "x-admin-secret": "hunter2" } }, "x");
  log.info({ worker: { api_key: "hunter2", apiKey: "hunter2" }, created: { key: "hunter2" } }, "x");
  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toContain("hunter2");
});
