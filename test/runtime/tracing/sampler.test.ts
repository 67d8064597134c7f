import { describe, expect, it } from "vitest";
import { callName } from "../../../runtime/tracing/instrumentations.ts";
import { isRecorded } from "../../../runtime/tracing/sampler.ts";

const submission = {
  "framewright.side": "client",
  "http.request.method": "POST",
  "url.path": "/v1/jobs",
};
const ofClient = { ...submission, "http.request.method": "GET" };
const ofWorker = { ...submission, "framewright.side": "worker" };

describe("whether a span is recorded", () => {
  it.each([
    ["a submission that the ratio takes", true, undefined, submission, true],
    ["a submission that it leaves out", false, undefined, submission, false],
    ["one that it leaves out, whatever its client asks for", false, 1, submission, false],
    ["a submission that its client keeps out", true, 0, submission, false],
    ["a worker's call for a job that is recorded", false, 1, ofWorker, true],
    ["a worker's call for one that is not", true, 0, ofWorker, false],
    ["another request, which was chosen already", false, undefined, ofClient, true],
    ["work inside of a recorded span", false, 1, {}, true],
    ["work of a library that belongs to no request", true, undefined, {}, false],
  ])("%s: by the ratio %s, flags %s", (_what, chosen, parentFlags, attributes, recorded) => {
    expect(isRecorded({ parentFlags, attributes, isChosen: () => chosen })).toBe(recorded);
  });
});

it("calls of the worker have one name for all jobs", () => {
  const job = "01939d2e-6a54-7c11-a4b1-0d9c5f0c3f10";
  expect(callName("POST", `/v1/jobs/${job}/attempts/12/uploads?a=b`)).toBe(
    "POST /v1/jobs/:id/attempts/:n/uploads",
  );
});
