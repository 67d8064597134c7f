import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import type { Transcript } from "@framewright/contracts/dub.ts";
import { followJob, getTranscript } from "../../tools/demo/client.ts";
import { dubTable } from "../../tools/demo/dub-report.ts";
import { startDubBench, type DubBench } from "./dub-bench.ts";
import { clipOf, inTurn, music, type Said } from "./spoken-clips.ts";

let bench: DubBench;

beforeAll(async () => {
  bench = await startDubBench();
});

afterAll(() => bench.stop());

const silence = "anullsrc=r=48000:cl=mono";

const sentences = [
  "The river begins high up in the mountains.",
  "In spring the snow melts, and the water is very cold.",
  "For many years nobody lived in this valley.",
  "Then a family came from the north with two horses.",
  "They built a small house of wood and stone.",
  "The children walked to school for an hour every morning.",
  "Their father worked in the forest until it was dark.",
  "At night they told each other stories by the fire.",
  "One winter the bridge was broken by the ice.",
  "The village was alone for almost three months.",
  "They had enough bread, but there was no salt.",
];

async function saysWell(job: Job): Promise<Transcript> {
  expect([job.state, job.error?.message]).toEqual(["succeeded", undefined]);
  const transcript = await getTranscript(bench.api, job.id);
  console.log(dubTable(transcript));
  return transcript;
}

/** What must hold of every dub, however hard its source is to follow. */
function expectInBounds({ lines }: Transcript): void {
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    expect(line.dubStart).toBeGreaterThanOrEqual(before?.dubEnd ?? 0);
    expect(line.speed).toBeLessThanOrEqual(1.25);
    expect(line.speed * line.stretch).toBeLessThanOrEqual(1.36);
  }
}

it("what is said too fast for another language is spoken whole, and the job says how many lines are too long", async () => {
  const lines = sentences.slice(0, 10).map((text): Said => ({ text, speed: 1.6 }));
  const file = await clipOf(bench, "fast", {
    placed: await inTurn(bench, lines, 0.1),
    under: silence,
    // What is late is heard to its end all the same.
    tail: 10,
  });
  const job = await bench.dubbed(file, { language: "pt" });
  const transcript = await saysWell(job);
  expectInBounds(transcript);
  expect(transcript.overlong).toBeGreaterThan(0);
  const long = transcript.lines.filter(({ overSeconds }) => overSeconds > 0);
  expect(long).toHaveLength(transcript.overlong);
  expect(job.warnings?.map(({ code }) => code)).toContain("dub-overlong");
  // No word is cut, however late it comes.
  expect(transcript.wordErrorRate).toBeLessThan(0.3);
});

it("where two talk over each other, the dub says one line after the other", async () => {
  const voices = ["am_michael", "af_heart"];
  const lines = sentences
    .slice(2, 8)
    .map((text, index): Said => ({ text, voice: voices[index % 2] ?? "am_michael" }));
  const file = await clipOf(bench, "over", {
    placed: await inTurn(bench, lines, -0.8),
    under: silence,
  });
  const transcript = await saysWell(await bench.dubbed(file, { language: "pt", from: "en" }));
  expectInBounds(transcript);
  expect(transcript.lines.length).toBeGreaterThanOrEqual(2);
});

it("music alone is nothing said; music under a talk stays there, and the talk is understood", async () => {
  const alone = await clipOf(bench, "music", {
    placed: [{ at: 11, samples: new Int16Array(1) }],
    under: music,
  });
  const none = await bench.dubbed(alone, { language: "pt" });
  expect(none.error).toMatchObject({ kind: "input", code: "nothing-said" });
  const lines = sentences.slice(0, 6).map((text): Said => ({ text }));
  const file = await clipOf(bench, "over-music", {
    ...{ placed: await inTurn(bench, lines, 0.5), under: music, volume: 0.12 },
  });
  const transcript = await saysWell(await bench.dubbed(file, { language: "pt" }));
  expectInBounds(transcript);
  expect(transcript.lines.length).toBeGreaterThanOrEqual(5);
  expect(transcript.wordErrorRate).toBeLessThan(0.25);
});

/** Requests that the service of speech has answered. */
async function spokenLines(): Promise<number> {
  const text = await (await fetch(`${bench.models.tts.url}/metrics`)).text();
  return Number(/_requests_total\{[^}]*status="200"[^}]*\} (\d+)/.exec(text)?.[1] ?? 0);
}

async function send(method: "PUT" | "POST", path: string, body: object): Promise<unknown> {
  const response = await fetch(`${bench.api.url}${path}`, {
    method,
    headers: {
      ...{ authorization: `Bearer ${bench.api.key}`, "content-type": "application/json" },
    },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return response.json();
}

it("a corrected line is spoken anew, and every other one is as it was", async () => {
  const lines = sentences.slice(0, 5).map((text): Said => ({ text }));
  const file = await clipOf(bench, "corrected", {
    placed: await inTurn(bench, lines, 0.6),
    under: silence,
  });
  const first = await bench.dubbed(file, { language: "pt" });
  const before = await saysWell(first);
  const translation = "Durante muitos anos ninguém viveu aqui.";
  await send("PUT", `/v1/jobs/${first.id}/transcript`, { lines: [{ line: 2, translation }] });
  const asked = await spokenLines();
  const { id } = (await send("POST", "/v1/jobs", {
    input: { jobId: first.id, output: "source" },
    profile: "hls-720p",
    edit: { dub: { language: "pt", transcriptOf: first.id } },
  })) as Job;
  const after = await saysWell(await followJob(bench.api, id));
  // Once at its own pace, and once more if that does not fit.
  expect((await spokenLines()) - asked).toBeGreaterThanOrEqual(1);
  expect((await spokenLines()) - asked).toBeLessThanOrEqual(2);
  expect(after.lines[2]).toMatchObject({ translation });
  const others = ({ lines: all }: Transcript) => all.filter((_, index) => index !== 2);
  expect(others(after)).toEqual(others(before));
});
