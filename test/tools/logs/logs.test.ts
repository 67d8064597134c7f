import { describe, expect, it } from "vitest";
import { inOrder, podLine, readable, storedLine } from "../../../tools/logs/line.ts";
import { askedBy, isAbout, queryOf } from "../../../tools/logs/query.ts";

describe("what is asked for", () => {
  it.each([
    [{ job: "0193" }, '_time:1h job_id:="0193"'],
    [{ trace: "4bf92f35" }, '_time:1h trace_id:="4bf92f35"'],
    [{ request: "r-1" }, '_time:1h request_id:="r-1"'],
    [{ video: "v" }, '_time:1h video_id:="v"'],
    [{ worker: "w" }, '_time:1h worker_id:="w"'],
    [{ problems: true }, "_time:1h level:in(warn,error,fatal)"],
  ])("%j is one field of lines", (given, query) => {
    expect(queryOf(askedBy(given, "1h"))).toBe(query);
  });

  it.each([
    [{}, "1h", "Name what the lines are about by one of --job, --trace"],
    [{ job: "a", trace: "b" }, "1h", "by one of --job"],
    [{ job: "a", problems: true }, "1h", "--worker, --problems"],
    [{ job: 'a" or *' }, "1h", '--job is no id: "a" or *"'],
    [{ job: "a" }, "yesterday", '--since is a time such as 15m, 6h or 90s, not "yesterday"'],
    [{ job: "a" }, "0h", "--since is a time"],
  ])("%j since %s is refused", (given, since, message) => {
    expect(() => askedBy(given, since)).toThrow(message);
  });
});

it.each([
  [{ problems: true }, "warn", {}, true],
  [{ problems: true }, "info", { job_id: "j1" }, false],
  [{ job: "j1" }, "info", { job_id: "j1" }, true],
  [{ job: "j1" }, "error", { job_id: "j2" }, false],
])(
  "of what pods write, %j takes a line of level %s about %j: %s",
  (given, level, fields, taken) => {
    expect(isAbout({ level, fields }, askedBy(given, "1h").about)).toBe(taken);
  },
);

const row = {
  _msg: "attempt failed",
  _stream: "{}",
  _stream_id: "0",
  _time: "2026-11-29T15:08:07.477Z",
  "kubernetes.pod_name": "worker-cpu-1",
  "kubernetes.pod_namespace": "framewright-workers",
  level: "warn",
  service: "worker",
  job_id: "j1",
  attempt: "1",
  "err.stack": "Error: broken\n    at a (b.ts:1:2)\n    at c",
};

it("a row of VictoriaLogs is a line without what the agent added", () => {
  expect(storedLine(JSON.stringify(row))).toEqual({
    time: row._time,
    level: "warn",
    from: "worker-cpu-1",
    message: "attempt failed",
    fields: { job_id: "j1", attempt: "1", "err.stack": row["err.stack"] },
  });
  expect(storedLine("")).toBeUndefined();
});

it("a line of kubectl is the same, and one that no program of ours wrote is none", () => {
  const json =
    '{"level":"info","time":"2026-11-29T15:08:07.477Z","service":"api","job_id":"j1","message":"job accepted"}';
  const line = {
    time: "2026-11-29T15:08:07.477Z",
    level: "info",
    from: "api-1",
    message: "job accepted",
    fields: { job_id: "j1" },
  };
  expect(podLine(`[pod/api-1/api] ${json}`)).toEqual(line);
  expect(podLine(json)).toEqual({ ...line, from: "api" });
  expect(podLine("[pod/api-1/api] plain")).toBeUndefined();
  expect(podLine("[pod/api-1/api] {broken")).toBeUndefined();
});

it("a reader sees time, level, pod, message, fields that were not asked for, and a stack below", () => {
  const line = storedLine(JSON.stringify(row));
  expect(line && readable(line, "job_id")).toBe(
    "15:08:07.477 warn  worker-cpu-1             attempt failed attempt=1\n    at a (b.ts:1:2)\n    at c",
  );
});

it("the clock of a line has three digits, also where its zeros were left out", () => {
  const line = {
    time: "2026-11-29T15:38:47.6Z",
    level: "info",
    from: "api",
    message: "m",
    fields: {},
  };
  expect(readable(line, "job_id")).toMatch(/^15:38:47\.600 info/);
  expect(readable({ ...line, time: "" }, "job_id")).toMatch(/^ {13}info/);
});

it("lines of several programs are in the order of their times", () => {
  const at = (time: string) => ({ time, level: "", from: "", message: time, fields: {} });
  const times = ["2026-11-29T15:00:02Z", "2026-11-29T15:00:00.5Z", "2026-11-29T15:00:01Z"];
  expect(inOrder(times.map(at)).map(({ message }) => message.slice(17))).toEqual([
    ...["00.5Z", "01Z", "02Z"],
  ]);
});
