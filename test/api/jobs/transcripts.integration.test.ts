import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job, Problem } from "@framewright/contracts/client-api.ts";
import type { Transcript } from "@framewright/contracts/dub.ts";
import type { FindStepsResponse, KeepStepResponse } from "@framewright/contracts/kept-steps.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { newId } from "../../../api/ids.ts";
import { aDubLine } from "../../support/dub-lines.ts";
import { startServices, type Services } from "../../support/services.ts";
import {
  clientOf,
  sampleResult,
  startApiUnderTest,
  until,
  type ApiUnderTest,
} from "../api-under-test.ts";
import type { Glossary, GlossaryList } from "@framewright/contracts/glossary.ts";
import { registerWorker, type WorkerUnderTest } from "../worker-under-test.ts";

const profile = "hls-720p";
let services: Services;
let api: ApiUnderTest;
let client: ReturnType<typeof clientOf>;
let worker: WorkerUnderTest;
let dubbed: Job;

const lines = [
  aDubLine(),
  aDubLine({ start: 3, end: 4, text: "It rains.", translation: "Chove." }),
  aDubLine({ start: 5, end: 6, text: "Stay here.", translation: "Fica aqui." }),
];
const summary = { language: "pt", from: "en", voice: "dora" };
const figures = { wordErrorRate: 0.02, worstStartSeconds: 0.1, overlong: 0 };

const name = createHash("sha256").update("a step").digest("hex");
const other = createHash("sha256").update("another").digest("hex");

function attempt<T>({ jobId, attempt: number }: Lease, verb: string, body: unknown) {
  return worker.send<T>(`/v1/jobs/${jobId}/attempts/${number}/${verb}`, body);
}

async function keep(lease: Lease, bytes: string): Promise<number> {
  const md5 = createHash("md5").update(bytes).digest("base64");
  const asked = { name, sizeBytes: bytes.length, md5 };
  const { body } = await attempt<KeepStepResponse>(lease, "keep-step", asked);
  return (await fetch(body.url, { method: "PUT", body: bytes, headers: body.headers })).status;
}

/** What is kept of the two steps, for this attempt. */
async function kept(lease: Lease) {
  const { body } = await attempt<FindStepsResponse>(lease, "find-steps", { names: [name, other] });
  return Promise.all(
    body.found.map(async (step) => [
      step.name,
      step.sizeBytes,
      await (await fetch(step.url)).text(),
    ]),
  );
}

const submit = <T = Problem>(dub: object, more: object = {}) => {
  const { edit = {}, input = { jobId: dubbed.id, output: "source" } } = more as {
    edit?: object;
    input?: object;
  };
  const body = { input, profile, edit: { ...edit, dub: { language: "pt", ...dub } } };
  return client.send<T>("POST", "/v1/jobs", body);
};

const correct = <T = Transcript>(corrections: readonly object[], id = dubbed.id) =>
  client.send<T>("PUT", `/v1/jobs/${id}/transcript`, { lines: corrections });

beforeAll(async () => {
  services = await startServices({ postgres: true, objectStore: true });
  const urls = { databaseUrl: services.databaseUrl, s3: services.s3 };
  api = await startApiUnderTest(urls, { DUBBING: "on", LEASE_SECONDS: "120" });
  await until("readiness", async () => (await fetch(`${api.opsUrl}/readyz`)).ok);
  client = clientOf(api);
  worker = await registerWorker(api, "worker-dub", {
    features: ["dub", "dub-script", "result-input"],
  });
  const edit = { dub: { language: "pt" } };
  const job = await client.submit({ input: { uploadId: await client.upload() }, profile, edit });
  const { body: lease } = await worker.claim(job.id);
  expect(await keep(lease, "said")).toBe(200);
  expect(await keep(lease, "said")).toBe(412);
  await worker.uploadAll(lease);
  const result = { ...sampleResult(), dub: { ...summary, ...figures, lines } };
  expect((await worker.complete(lease, result)).body).toEqual({ state: "succeeded" });
  dubbed = await client.job(job.id);
});

afterAll(async () => {
  await api.stop();
  await services.stop();
});

describe("a transcript", () => {
  it("shows its corrections, all of which a request replaces, and stays as it was made", async () => {
    await correct([{ line: 0, translation: "Bom!" }]);
    const corrections = [
      { line: 1, translation: "Está a chover." },
      { line: 2, text: "Stay there." },
    ];
    const { status, body } = await correct(corrections);
    expect([status, body.lines]).toEqual([
      200,
      [
        lines[0],
        { ...lines[1], correction: { translation: "Está a chover." } },
        { ...lines[2], correction: { text: "Stay there." } },
      ],
    ]);
    const shown = await client.send<Transcript>("GET", `/v1/jobs/${dubbed.id}/transcript`);
    expect(shown.body).toEqual(body);
    const audit = await client.send<{ entries: { action: string }[] }>("GET", "/v1/audit");
    expect(audit.body.entries[0]).toMatchObject({ action: "job.correct-transcript" });
  });

  it.each<[string, readonly object[], number, string]>([
    ["of a line that there is not", [{ line: 3, text: "x" }], 400, "is 3; the last line is 2"],
    [
      "of one line twice",
      [
        { line: 1, text: "a" },
        { line: 1, text: "b" },
      ],
      400,
      "is 1, which is corrected twice",
    ],
    ["without anything to say", [{ line: 1 }], 400, ""],
    ["with a line break", [{ line: 1, text: "a\nb" }], 400, ""],
  ])("refuses a correction %s, and keeps those before", async (_what, wrong, status, detail) => {
    const before = await client.send<Transcript>("GET", `/v1/jobs/${dubbed.id}/transcript`);
    const refused = await correct<Problem>(wrong);
    expect([refused.status, refused.body.code]).toEqual([status, "invalid-request"]);
    expect(refused.body.detail).toContain(detail);
    const after = await client.send<Transcript>("GET", `/v1/jobs/${dubbed.id}/transcript`);
    expect(after.body).toEqual(before.body);
  });

  it("of a job that is not there cannot be corrected", async () => {
    const { status, body } = await correct<Problem>([], newId());
    expect([status, body.code]).toEqual([404, "job-not-found"]);
  });
});

describe("a job that speaks a transcript", () => {
  it("gets its lines as they were corrected then, the voice, and what was kept of the earlier job", async () => {
    const { status, body: job } = await submit<Job>({ transcriptOf: dubbed.id });
    expect([status, job.edit]).toEqual([
      202,
      { dub: { ...summary, captions: true, transcriptOf: dubbed.id } },
    ]);
    await correct([{ line: 0, text: "Too late." }]);
    const plain = await registerWorker(api, "worker-plain", { features: ["dub", "result-input"] });
    expect((await plain.claim(job.id)).status).toBe(409);
    const { body: lease } = await worker.claim(job.id);
    expect(lease.edit?.dub?.script).toEqual([
      { start: 1, end: 2, text: "Good morning.", translation: "Bom dia." },
      { start: 3, end: 4, text: "It rains.", translation: "Está a chover." },
      { start: 5, end: 6, text: "Stay there." },
    ]);
    expect(await kept(lease)).toEqual([[name, 4, "said"]]);
    await worker.release(lease, "draining");
    const lost = await attempt<Problem>(lease, "find-steps", { names: [name] });
    expect([lost.status, lost.body.code]).toEqual([409, "attempt-lost"]);
    await client.send("POST", `/v1/jobs/${job.id}/cancel`);
  });

  it("of another job finds nothing of a job that it does not name", async () => {
    const { body: job } = await submit<Job>({});
    const { body: lease } = await worker.claim(job.id);
    expect(await kept(lease)).toEqual([]);
    await worker.release(lease, "draining");
    await client.send("POST", `/v1/jobs/${job.id}/cancel`);
  });

  it.each<[string, object, object, string]>([
    ["in another language", { language: "es" }, {}, "body/edit/dub/language must be pt"],
    ["from another language", { from: "fr" }, {}, "body/edit/dub/from must be en"],
    ["of another part", {}, { edit: { clip: { end: 4 } } }, "body/edit/clip is not that of job"],
  ])("is refused %s", async (_what, dub, more, detail) => {
    const { status, body } = await submit({ transcriptOf: dubbed.id, ...dub }, more);
    expect([status, body.code]).toEqual([422, "edit-invalid"]);
    expect(body.detail).toContain(detail);
  });

  it("is refused with another input, with what to send", async () => {
    const input = { uploadId: await client.upload() };
    const { status, body } = await submit({ transcriptOf: dubbed.id }, { input });
    expect([status, body.code]).toEqual([422, "edit-invalid"]);
    expect(body.detail).toContain(
      `is a job with another input; send "input": {"jobId": "${dubbed.id}", "output": "source"}`,
    );
  });

  it("of a job that is gone, or has no transcript, is refused", async () => {
    const gone = await submit({ transcriptOf: newId() });
    expect([gone.status, gone.body.code]).toEqual([404, "job-not-found"]);
    const plain = await client.submit({ input: { uploadId: await client.upload() }, profile });
    const none = await submit({ transcriptOf: plain.id });
    expect([none.status, none.body.code]).toEqual([404, "no-transcript"]);
    await client.send("POST", `/v1/jobs/${plain.id}/cancel`);
  });
});

describe("a glossary", () => {
  const path = "/v1/glossaries/en/pt";
  const terms = [{ term: "Framewright" }, { term: "render farm", translation: "quinta" }];
  const dubInto = async (language: string, more: object = {}): Promise<Job> =>
    client.submit({
      input: { uploadId: await client.upload() },
      profile,
      edit: { dub: { language, ...more } },
    });

  it("is made, replaced, shown and deleted by its pair of languages, and each write is told of", async () => {
    const made = await client.send<Glossary>("PUT", path, { terms: terms.slice(0, 1) });
    expect([made.status, made.body]).toMatchObject([200, { from: "en", to: "pt" }]);
    const put = await client.send<Glossary>("PUT", path, { terms });
    expect(put.body).toMatchObject({ id: made.body.id, terms, createdAt: made.body.createdAt });
    expect((await client.send<Glossary>("GET", path)).body).toEqual(put.body);
    const { body: list } = await client.send<GlossaryList>("GET", "/v1/glossaries");
    expect(list.glossaries).toEqual([{ ...put.body, terms: 2 }]);
    await client.send("PUT", "/v1/glossaries/de/pt-BR", { terms });
    expect((await client.send("DELETE", "/v1/glossaries/de/pt-BR")).status).toBe(204);
    const gone = await client.send<Problem>("GET", "/v1/glossaries/de/pt-BR");
    expect([gone.status, gone.body.code]).toEqual([404, "glossary-not-found"]);
    const audit = await client.send<{ entries: { action: string; targetId: string }[] }>(
      "GET",
      "/v1/audit?limit=4",
    );
    expect(audit.body.entries.map(({ action }) => action)).toEqual([
      ...["glossary.delete", "glossary.put", "glossary.put", "glossary.put"],
    ]);
    expect(audit.body.entries.at(-1)?.targetId).toBe(made.body.id);
  });

  it.each<[string, readonly object[], string, number?]>([
    [
      "a term twice",
      [{ term: "Farm" }, { term: "farm" }],
      'is "farm", which is there already',
      422,
    ],
    ["a term of space alone", [{ term: " " }], "body/terms/0/term"],
    ["no term", [], "body/terms"],
  ])("with %s is refused", async (_what, wrong, message, code = 400) => {
    const { status, body } = await client.send<Problem>("PUT", path, { terms: wrong });
    expect(status).toBe(code);
    expect(JSON.stringify(body)).toContain(JSON.stringify(message).slice(1, -1));
  });

  it("goes with a dub into its language as it was at its submission, to a worker that follows it", async () => {
    const knowing = await registerWorker(api, "worker-glossary", {
      features: ["dub", "dub-glossary"],
    });
    await client.send("PUT", path, { terms });
    await client.send("PUT", "/v1/glossaries/es/pt-BR", { terms: terms.slice(1) });
    await client.send("PUT", "/v1/glossaries/en/pt-BR", { terms: terms.slice(0, 1) });
    const [plain, regional, none, other] = [
      await dubInto("pt"),
      await dubInto("pt-BR"),
      await dubInto("pt", { glossary: false, lipSync: false }),
      await dubInto("de"),
    ];
    for (const pair of ["en/pt", "es/pt-BR", "en/pt-BR"]) {
      await client.send("DELETE", `/v1/glossaries/${pair}`);
    }
    const dubOf = async ({ id }: Job) => (await knowing.claim(id)).body.edit?.dub;
    const leased = async (job: Job) => (await dubOf(job))?.glossaries;
    const spanish = { from: "es", terms: terms.slice(1) };
    expect(await leased(plain)).toEqual([{ from: "en", terms }, spanish]);
    expect(await leased(regional)).toEqual([{ from: "en", terms: terms.slice(0, 1) }, spanish]);
    expect(await leased(other)).toBeUndefined();
    // Nothing that a worker of the version before does not know.
    expect(await dubOf(none)).toEqual({ language: "pt", captions: true });
  });
});
