import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { JobError } from "@framewright/contracts/job.ts";
import {
  failures,
  JobFailure,
  toFailure,
  toJobError,
  type FailureCode,
} from "../../worker/src/failure.ts";

describe("a failure", () => {
  it.each(Object.keys(failures) as FailureCode[])("%s is a valid report to the API", (code) => {
    expect(Value.Errors(JobError, toJobError(new JobFailure(code)))).toEqual([]);
  });

  it("is cut to the limits of the contract, and keeps the end of its detail", () => {
    const failure = new JobFailure("encoder-failed", {
      note: "x".repeat(3000),
      detail: `${"y".repeat(9000)}last`,
    });
    const report = toJobError(failure);
    expect(Value.Errors(JobError, report)).toEqual([]);
    expect(report.detail?.endsWith("last")).toBe(true);
  });

  it("stays what it is, and is scratch-full when the disk is full", () => {
    const failure = new JobFailure("nothing-to-play");
    expect(toFailure(failure)).toBe(failure);
    const full = Object.assign(new Error("no space"), { code: "ENOSPC" });
    expect(toFailure(full)).toMatchObject({ code: "scratch-full", kind: "transient", cause: full });
  });

  it.each([
    [new TypeError("x is undefined"), "TypeError: x is undefined"],
    ["a text", "a text"],
  ])(
    "of an unexpected kind is a defect with its text and without its stack: %s",
    (error, wanted) => {
      const failure = toFailure(error);
      expect(failure).toMatchObject({ code: "internal-error", kind: "defect", cause: error });
      expect(failure.detail).toBe(wanted);
    },
  );

  it("is reported without folders of the worker", () => {
    const note = "It is at /work/jobs/1/source.";
    const detail = "file:/work/jobs/1/source: bad";
    const report = toJobError(new JobFailure("source-unreadable", { note, detail }));
    expect(report).toEqual({
      kind: "input",
      code: "source-unreadable",
      message: "The file cannot be read as media. It is at source.",
      detail: "source: bad",
    });
  });

  it("has of the failure that caused it what it does not state itself", () => {
    const evidence = { argv: "ffprobe source", stderr: ["x"] };
    const cause = new JobFailure("encoder-failed", { note: "It said x.", detail: "x", evidence });
    const known = { detail: "x", evidence, cause };
    expect(new JobFailure("source-unreadable", { cause })).toMatchObject({
      message: "The file cannot be read as media. It said x.",
      ...known,
    });
    expect(new JobFailure("source-unreadable", { cause, note: "It is cut." })).toMatchObject({
      message: "The file cannot be read as media. It is cut.",
      ...known,
    });
  });
});
