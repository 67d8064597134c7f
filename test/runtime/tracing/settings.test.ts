import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { decodeEnv } from "../../../runtime/env.ts";
import { tracingOf, tracingProblems, tracingVariables } from "../../../runtime/tracing/settings.ts";

const schema = Type.Object(tracingVariables);
const settings = (raw: Record<string, string>) =>
  tracingOf(decodeEnv(schema, raw, tracingProblems(raw)));
const endpoint = "http://jaeger:4318/v1/traces";

describe("the variables of traces", () => {
  it("without an endpoint mean none", () => {
    expect(settings({})).toBeUndefined();
    expect(settings({ TRACES_JOB_RATIO: "0.5" })).toBeUndefined();
  });

  it("trace every job and one in a hundred other requests, unless they say otherwise", () => {
    const plain = { endpoint, headers: {}, jobRatio: 1, requestRatio: 0.01, statementMs: 5 };
    expect(settings({ TRACES_ENDPOINT: endpoint })).toEqual(plain);
    const own = { TRACES_JOB_RATIO: "0.25", TRACES_REQUEST_RATIO: "0" };
    const headers = { TRACES_HEADERS: '{"authorization":"Bearer a"}' };
    expect(settings({ TRACES_ENDPOINT: endpoint, ...own, ...headers })).toEqual({
      ...plain,
      ...{ jobRatio: 0.25, requestRatio: 0, headers: { authorization: "Bearer a" } },
    });
  });

  it.each([
    [{ TRACES_ENDPOINT: "jaeger:4318" }, /TRACES_ENDPOINT/],
    [{ TRACES_JOB_RATIO: "1.5" }, /TRACES_JOB_RATIO/],
    [{ TRACES_JOB_RATIO: "10%" }, /TRACES_JOB_RATIO/],
    [{ TRACES_HEADERS: "authorization=hunter2" }, /TRACES_HEADERS must be an object/],
    [{ TRACES_HEADERS: '{"a":"hunter2\\nb"}' }, /TRACES_HEADERS must be an object/],
  ])("%o are refused, and no value is shown that is secret", (raw, message) => {
    expect(() => settings(raw)).toThrow(message);
    expect(() => settings(raw)).not.toThrow(/hunter2/);
  });
});
