import { describe, expect, it } from "vitest";
import { parseTraceArgs } from "../../../tools/commands/trace.ts";
import { readTraces, type Trace } from "../../../tools/trace/jaeger-trace.ts";
import { grouped, rowsOf } from "../../../tools/trace/span-tree.ts";
import { tracePage } from "../../../tools/trace/trace-page.ts";
import { durationText, waterfall } from "../../../tools/trace/waterfall.ts";

const traceID = "0af7651916cd43dd8448eb211c80319c";
const begin = 1_780_000_000_000_000;

interface SpanOf {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly process?: string;
  /** Milliseconds: after the begin, and for how long. */
  readonly at: readonly [number, number];
  readonly tags?: Readonly<Record<string, string | number | boolean>>;
}

/** As Jaeger's query API answers. */
function answerOf(...spans: SpanOf[]): unknown {
  return {
    data: [
      {
        traceID,
        spans: spans.map(({ id, parent, name, process = "p1", at, tags = {} }) => ({
          traceID,
          spanID: id,
          operationName: name,
          references:
            parent === undefined ? [] : [{ refType: "CHILD_OF", traceID, spanID: parent }],
          startTime: begin + at[0] * 1000,
          duration: at[1] * 1000,
          tags: Object.entries(tags).map(([key, value]) => ({ key, type: "string", value })),
          logs: [],
          processID: process,
          warnings: null,
        })),
        processes: {
          p1: { serviceName: "framewright-api", tags: [] },
          p2: { serviceName: "framewright-worker", tags: [] },
        },
        warnings: null,
      },
    ],
    total: 0,
    errors: null,
  };
}

const uploads = Array.from({ length: 5 }, (_, i): SpanOf => ({
  ...{ id: `u${i}`, parent: "c", name: "upload", process: "p2" },
  at: [3000 + i * 1000, 500] as const,
  tags: i === 3 ? { error: true, "otel.status_description": "storage answered 503" } : {},
}));

function aTrace(): Trace {
  const [trace] = readTraces(
    answerOf(
      { id: "c", parent: "b", name: "encoding", process: "p2", at: [2000, 6000] },
      { id: "a", name: "POST /v1/jobs", at: [0, 20] },
      { id: "b", parent: "a", name: "attempt", process: "p2", at: [1000, 9000] },
      ...uploads,
      { id: "z", parent: "gone", name: "<late>", at: [9500, 100] },
    ),
  );
  if (trace === undefined) throw new Error("no trace");
  return trace;
}

describe("the tree of a trace", () => {
  it("has parents before children, and what lost its parent at the top", () => {
    const rows = rowsOf(aTrace()).map(({ span, depth }) => [span.id, depth]);
    expect(rows).toEqual([
      ...[
        ["a", 0],
        ["b", 1],
        ["c", 2],
      ],
      ...uploads.map(({ id }) => [id, 3]),
      ["z", 0],
    ]);
  });

  it("puts many alike into one row, from the first start to the last end, with what failed", () => {
    const found = grouped(rowsOf(aTrace())).find(({ span }) => span.name === "upload");
    expect(found).toMatchObject({ count: 5, ms: 4500, failed: 1 });
    expect(grouped(rowsOf(aTrace()))).toHaveLength(5);
    expect(grouped(rowsOf(aTrace()), 6)).toHaveLength(9);
  });
});

describe("the waterfall", () => {
  it("shows who did what, when, for how long, and what failed", () => {
    const lines = waterfall(aTrace(), { columns: 80 });
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^api POST \/v1\/jobs\s+0 µs █ +20 ms$/);
    expect(lines[1]).toMatch(/^ {2}worker attempt\s+1\.0 s  +█+ +9\.0 s$/);
    expect(lines[3]).toMatch(/^ {6}worker upload ×5\s+3\.0 s .*4\.5 s {2}✗ 1 of 5$/);
    const bars = lines.map((line) => line.split("█").length - 1);
    expect(bars[1]).toBeGreaterThan(bars[2] ?? Infinity);
  });

  it("names the fault of a span that stands alone", () => {
    const failed = answerOf({
      ...{ id: "a", name: "attempt", at: [0, 10] },
      tags: { error: true, "error.type": "not-media", "otel.status_description": "no video" },
    });
    const [trace] = readTraces(failed);
    expect(trace && waterfall(trace)[0]).toMatch(/✗ no video, not-media$/);
  });

  it.each([
    [0.25, "250 µs"],
    [4.26, "4.3 ms"],
    [999, "999 ms"],
    [61_000, "1 min 1 s"],
  ])("%d ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

it("the page has every row, and takes no name as markup", () => {
  const page = tracePage(aTrace());
  expect(page.match(/<tr/g)).toHaveLength(6);
  expect(page).toContain("&lt;late&gt;");
  expect(page).not.toMatch(/<script|https?:\/\//);
});

describe("the command", () => {
  it("takes a job or a trace, and refuses anything else by name", () => {
    const job = "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10";
    expect(parseTraceArgs([job, "--url", "http://127.0.0.1:1/"])).toMatchObject({
      ...{ id: job, url: "http://127.0.0.1:1" },
    });
    expect(parseTraceArgs([traceID.toUpperCase()]).id).toBe(traceID);
    expect(() => parseTraceArgs(["job-7"])).toThrow('it is "job-7"');
    expect(() => parseTraceArgs([])).toThrow("Name one job");
  });
});
