import { describe, expect, it } from "vitest";
import { requireInputSize } from "../../../api/jobs/edit-inputs.ts";
import { submitJob } from "../../../api/jobs/submit.ts";
import { aProfile } from "../../support/profiles.ts";
import { engineWith, inserted, submission } from "./submissions.ts";

describe("a submission", () => {
  it("with an edit stores it, and what a worker must be able to do", async () => {
    const { context, db } = engineWith();
    const edit = { clip: { start: 1, end: 2 } };
    await submitJob(context, { ...submission, body: { ...submission.body, edit } });
    expect(inserted(db)).toMatchObject({ edit, needs: ["clip"] });
  });

  it("with a dub goes to workers that have model services, where the stack has any", async () => {
    const { context, db } = engineWith();
    const given = {
      ...submission,
      body: { ...submission.body, edit: { dub: { language: "pt" } } },
    };
    await expect(submitJob(context, given)).rejects.toMatchObject({
      code: "dubbing-off",
      message:
        "edit.dub is not accepted here; have the operator enable stt, mt and tts of modelServices in the stack",
    });
    await submitJob({ ...context, dubbing: true }, given);
    expect(inserted(db)).toMatchObject({ edit: { dub: { language: "pt" } }, needs: ["dub"] });
  });

  it("with lips that move needs a service for them, and says what the stack has instead", async () => {
    const { context, db } = engineWith();
    const edit = { dub: { language: "pt", lipSync: true } };
    const given = { ...submission, body: { ...submission.body, edit } };
    const dubs = { ...context, dubbing: true };
    await expect(submitJob(dubs, given)).rejects.toMatchObject({
      code: "lip-sync-off",
      message:
        "edit.dub.lipSync is not accepted here; turn modelServices.lipSync of the stack on, with an image of yours, or leave " +
        "edit.dub.lipSync out: `dub.sync` of a job says how far the voice and the original's lips go together",
    });
    await submitJob({ ...dubs, lipSync: true }, given);
    expect(inserted(db)).toMatchObject({ edit, needs: ["dub", "dub-lip-sync"] });
  });

  it("of a profile that states a loudness goes to workers that measure", async () => {
    const { context, db } = engineWith();
    const base = aProfile("hls-720p");
    const loudness = { lufs: -23, maxTruePeakDbtp: -1 };
    const even = { ...base, audio: { ...base.audio, loudness } };
    const profiles = new Map([[even.name, even]]);
    await submitJob({ ...context, profiles }, submission);
    expect(inserted(db)["needs"]).toEqual(["loudness"]);
  });

  it("with an overlay looks for the picture as for the source, and goes to workers that draw", async () => {
    const { context, db } = engineWith();
    const edit = { overlay: { input: { uploadId: "upload-1" }, width: 0.2 } };
    await submitJob(context, { ...submission, body: { ...submission.body, edit } });
    expect(inserted(db)).toMatchObject({ edit, needs: ["overlay"] });
  });

  it("with subtitles that are burnt in looks for their file, and goes to workers that draw text", async () => {
    const { context, db } = engineWith();
    const edit = { subtitles: { input: { uploadId: "upload-1" }, box: true } };
    await submitJob(context, { ...submission, body: { ...submission.body, edit } });
    expect(inserted(db)).toMatchObject({ edit, needs: ["burnt-subtitles"] });
    expect(() => {
      requireInputSize("subtitles", 8_000_001);
    }).toThrow(
      "body/edit/subtitles/input/uploadId has 8000001 bytes; a file of subtitles may have 8000000",
    );
  });

  it("with an overlay at a URL needs a worker that fetches, where the stack has any", async () => {
    const { context } = engineWith();
    const edit = { overlay: { input: { url: "https://media.example/logo.png" } } };
    const body = { ...submission.body, edit };
    await expect(
      submitJob({ ...context, urlInput: undefined }, { ...submission, body }),
    ).rejects.toMatchObject({
      code: "url-input-off",
      message: expect.stringContaining("edit.overlay.input.url is not accepted") as string,
    });
  });

  it("with an overlay of an upload that is too large for a picture is refused", () => {
    expect(() => {
      requireInputSize("overlay", 20_000_001);
    }).toThrow(
      "body/edit/overlay/input/uploadId has 20000001 bytes; the picture of an overlay may have 20000000",
    );
  });

  it("with an edit that ends before it begins is refused, and stores nothing", async () => {
    const { context, trail } = engineWith();
    const edit = { clip: { start: 2, end: 1 } };
    const body = { ...submission.body, edit };
    await expect(submitJob(context, { ...submission, body })).rejects.toMatchObject({
      code: "edit-invalid",
      message: expect.stringContaining("body/edit/clip/end must be at least") as string,
    });
    expect(trail).not.toContain("insert-job");
  });
});
