import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { createLogger, redactText } from "../../runtime/log.ts";

it("passwords in URLs do not reach the log", () => {
  const text = "cannot reach postgres://fw:hunter2@db:5432/app";
  expect(redactText(text)).toBe("cannot reach postgres://…@db:5432/app");
});

function logged(...objects: object[]): string {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = createLogger({ level: "info", base: {}, destination: sink });
  for (const object of objects) log.info(object, "x");
  expect(lines).toHaveLength(objects.length);
  return lines.join("");
}

const failure = Object.assign(new Error("refused"), {
  headers: { authorization: "Bearer hunter2" },
  request: { options: { password: "hunter2" } },
});

it.each([
  { headers: { authorization: "Bearer hunter2", "x-admin-secret": "hunter2" } },
  { authorization: "Bearer hunter2" },
  { worker: { api_key: "hunter2", apiKey: "hunter2" }, created: { key: "hunter2" } },
  { request: { headers: { authorization: "hunter2" } }, s3: { secretAccessKey: "hunter2" } },
  { workers: [{ name: "a", api_key: "hunter2" }] },
  { err: failure },
  { reason: failure },
])("secrets in logged objects are replaced: %j", (object) => {
  const line = logged(object);
  expect(line).not.toContain("hunter2");
  expect(line).toContain("[redacted]");
});

it("everything else is logged as it is, and what was logged is not changed", () => {
  const cycle: { name: string; self?: object } = { name: "a" };
  const given = { key: "uploads/a", url: "/v1/jobs", none: undefined, list: [1, { a: null }] };
  const line: unknown = JSON.parse(logged(given));
  expect(line).toMatchObject({ key: "uploads/a", url: "/v1/jobs", list: [1, { a: null }] });
  cycle.self = cycle;
  expect(logged({ cycle })).toContain("Circular");
  logged(failure);
  expect(failure.headers.authorization).toBe("Bearer hunter2");
});

it("an error is logged with its type, message and stack", () => {
  const line: unknown = JSON.parse(logged({ err: failure }));
  expect(line).toMatchObject({ err: { type: "Error", message: "refused" } });
  expect(line).toHaveProperty("err.stack");
});
