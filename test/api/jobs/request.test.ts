import { describe, expect, it } from "vitest";
import { deadlineOf, inputOf, inputProblem, requireUrl } from "../../../api/jobs/request.ts";

const now = Date.parse("2026-11-21T10:00:00Z");
const profile = "hls-720p";

describe("the input of a request", () => {
  it.each<[unknown, string]>([
    [
      { profile },
      'body/input is missing; name what to work on, as {"uploadId": "..."}, {"url": "..."}, {"jobId": "..."}, {"recordingId": "..."}, {"bucket": "...", "key": "..."}',
    ],
    [{ input: { bucket: "a" } }, "body/input has bucket without key"],
    [
      { input: { key: "a" } },
      expect.stringMatching(/^body\/input names nothing to work on; send one of/),
    ],
    [
      { input: { url: "a", output: "source" } },
      "body/input has output, which does not go with url",
    ],
    [
      { input: { uploadId: "a", url: "b" } },
      "body/input has both uploadId and url; send one of them",
    ],
    [
      { input: { uploadId: "a" }, uploadId: "a" },
      "body/input and body/uploadId are both given; send input alone, uploadId is its earlier form",
    ],
  ])("%j is refused with what to do", (body, message) => {
    expect(inputProblem(body)).toMatchObject({ code: "invalid-request", message });
  });

  it.each([[{ input: 5 }], [{ uploadId: "a" }], [null], ["text"]])(
    "%j is left to the schema",
    (body) => {
      expect(inputProblem(body)).toBeUndefined();
    },
  );

  it("is the same in both forms", () => {
    expect(inputOf({ uploadId: "a", profile })).toEqual({ uploadId: "a" });
    expect(inputOf({ input: { uploadId: "a" }, profile })).toEqual({ uploadId: "a" });
    expect(inputOf({ input: { url: "https://a" }, profile })).toEqual({ url: "https://a" });
    expect(inputOf({ input: { jobId: "a" }, profile })).toEqual({ jobId: "a", output: "result" });
  });
});

describe("a URL", () => {
  const policy = { schemes: ["https"], ports: [443], ranges: [] } as const;
  const urlInput = { policy, maxBytes: 1, maxSeconds: 1, maxRedirects: 1 };

  it("is refused where jobs may have none, with the remedy", () => {
    expect(() => requireUrl({ urlInput: undefined }, "https://media.example/")).toThrow(
      "input.url is not accepted here; upload the file, or have the operator set urlInput.enabled",
    );
  });

  it("that a worker would refuse by its form is refused at once", () => {
    expect(() => requireUrl({ urlInput }, "https://169.254.169.254/latest")).toThrow(
      "input.url is refused: Its address, 169.254.169.254, is not public",
    );
    expect(() => requireUrl({ urlInput }, "http://media.example/")).toThrow(
      "input.url is refused: Its scheme is http; allowed: https",
    );
  });

  it("is kept in its normal form", () => {
    expect(requireUrl({ urlInput }, " https://MEDIA.example:443/a b.mp4?x=1 ")).toBe(
      "https://media.example/a%20b.mp4?x=1",
    );
  });
});

describe("a deadline", () => {
  const read = (deadline: string) => deadlineOf({ uploadId: "a", profile, deadline }, now);

  it.each([
    ["2026-11-21T10:00:01Z", "2026-11-21T10:00:01.000Z"],
    ["2026-11-21T12:00:01+02:00", "2026-11-21T10:00:01.000Z"],
    ["2026-12-21T10:00:00Z", "2026-12-21T10:00:00.000Z"],
  ])("%s is accepted", (deadline, expected) => {
    expect(read(deadline)?.toISOString()).toBe(expected);
  });

  it.each([
    [
      "2026-11-21T10:00:00Z",
      "it is 2026-11-21T10:00:00.000Z already, and the job could never start",
    ],
    ["2026-11-21T11:59:59+02:00", "it is 2026-11-21T10:00:00.000Z already"],
    ["2026-12-21T10:00:01Z", "it may be at most 30 days after now, 2026-11-21T10:00:00.000Z"],
    ["2026-12-01T23:59:60Z", "leap seconds are not known here, take the second before"],
  ])("%s is refused with the value and the limit", (deadline, why) => {
    expect(() => read(deadline)).toThrow(`deadline is ${deadline}; ${why}`);
  });

  it("need not be", () => {
    expect(deadlineOf({ uploadId: "a", profile })).toBeUndefined();
  });
});
