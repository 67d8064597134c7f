import { describe, expect, it } from "vitest";
import { readTranscript, summaryOf } from "../../../api/jobs/transcripts.ts";
import { aTranscript } from "../../support/dub-lines.ts";
import { FakeDb } from "../fake-engine.ts";

const whole = aTranscript("job-1");
const { lines } = whole;

function transcriptOf(job: object): ReturnType<typeof readTranscript> {
  const db = new FakeDb({
    "read-job": [{ id: "job-1", state: "succeeded", finished_at: new Date(), ...job }],
    "read-transcript": [{ lines }],
  });
  return readTranscript(db, "project-1", "job-1");
}

describe("the transcript of a job", () => {
  const edit = { dub: { language: "pt" } };

  it("has the lines of its dub, and how it came out", async () => {
    const result = { dub: summaryOf(whole) };
    expect(await transcriptOf({ edit, result })).toEqual(whole);
  });

  it.each<[string, object, string]>([
    ["without a dub", { edit: null, result: {} }, "no-transcript"],
    ["that runs", { edit, result: null, state: "running", finished_at: null }, "job-not-finished"],
    ["that failed", { edit, result: null, state: "failed" }, "job-without-result"],
  ])("of a job %s is refused with the reason", async (_what, job, code) => {
    await expect(transcriptOf(job)).rejects.toMatchObject({ code });
  });
});
