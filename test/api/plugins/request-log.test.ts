import { expect, it } from "vitest";
import { createLogger } from "../../../runtime/log.ts";
import { RequestLog } from "../../../api/plugins/request-log.ts";

function aLog() {
  const lines: unknown[] = [];
  const write = (line: string) => {
    lines.push(JSON.parse(line));
  };
  const logger = createLogger({ level: "info", base: {}, destination: { write } });
  return { log: new RequestLog(logger, { request_id: "r1" }), lines };
}

it("each line has the fields of the request, and of what was added to them", () => {
  const { log, lines } = aLog();
  log.child({ job_id: "j1" }).info({ state: "queued" }, "job accepted");
  log.warn("no more");
  log.error({ code: "c" });
  log.info("at %s", "home");
  const time: unknown = expect.any(String);
  expect(lines).toEqual([
    {
      time,
      level: "info",
      request_id: "r1",
      job_id: "j1",
      state: "queued",
      message: "job accepted",
    },
    { time, level: "warn", request_id: "r1", message: "no more" },
    { time, level: "error", request_id: "r1", code: "c" },
    { time, level: "info", request_id: "r1", message: "at home" },
  ]);
});

it("an error is shown as one", () => {
  const { log, lines } = aLog();
  const error = new Error("broken");
  log.error(error);
  log.error({ err: error }, "request failed");
  const err = { type: "Error", message: "broken" };
  expect(lines).toMatchObject([
    { request_id: "r1", err, message: "broken" },
    { request_id: "r1", err, message: "request failed" },
  ]);
});

it("nothing below the level is written", () => {
  const { log, lines } = aLog();
  log.debug({ a: 1 }, "request");
  log.trace("request");
  log.silent();
  expect(lines).toEqual([]);
  expect(log.level).toBe("info");
});
