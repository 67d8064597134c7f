import { afterAll, beforeAll, expect, it } from "vitest";
import { followJob, getTranscript } from "../../tools/demo/client.ts";
import { dubTable } from "../../tools/demo/dub-report.ts";
import { modelServices } from "../../tools/models/weights.ts";
import { costSince, type Cost } from "./cost-of.ts";
import { startDubBench, type DubBench } from "./dub-bench.ts";
import { longTalk } from "./long-talk.ts";

let bench: DubBench;

beforeAll(async () => {
  bench = await startDubBench();
});

afterAll(() => bench.stop());

/** Half an hour of CPU. */
const patienceMs = 3 * 3_600_000;

function report(costs: ReadonlyMap<string, () => Cost>, speech: number): string {
  const rows = [...costs].map(([name, cost]) => {
    const { cpuSeconds, mostMiB } = cost();
    const each = (cpuSeconds / speech).toFixed(2);
    return `${name}: ${cpuSeconds.toFixed(0)} CPU s, ${each} for a second of speech, ${mostMiB} MiB at most`;
  });
  return rows.join("\n");
}

it(
  "a film of ten minutes is dubbed to its end, in step and whole",
  async () => {
    const file = await longTalk(bench);
    for (const service of modelServices) bench.counted[service].clear();
    const costs = new Map([
      ...modelServices.map((name) => [name, costSince(bench.models[name].pid)] as const),
      ["worker", costSince(bench.workerPid())] as const,
    ]);
    const began = performance.now();
    const id = await bench.submit(file, { language: "pt" });
    const job = await followJob(bench.api, id, () => undefined, patienceMs);
    const wall = (performance.now() - began) / 1000;
    expect([job.state, job.error?.message]).toEqual(["succeeded", undefined]);
    const transcript = await getTranscript(bench.api, id);
    const { lines } = transcript;
    const speech = lines.reduce((sum, { start, end }) => sum + end - start, 0);
    const starts = lines.map(({ start, dubStart }) => dubStart - start);
    const late = starts.filter((seconds) => seconds > 0.15).length;
    const overlaps = lines.filter(({ dubStart }, index) => {
      const before = lines[index - 1];
      return before !== undefined && dubStart < before.dubEnd;
    }).length;
    const counts = modelServices.map((name) => [...bench.counted[name].answered.values()]);
    console.log(
      [
        dubTable(transcript),
        `${lines.length} lines, ${speech.toFixed(0)} s of speech, ${wall.toFixed(0)} s by the clock`,
        `${late} lines begin more than 0.15 s late, ${overlaps} overlap`,
        `asked: ${counts.map((all, index) => `${modelServices[index] ?? ""} ${all.length}`).join(", ")}`,
        report(costs, speech),
      ].join("\n"),
    );
    expect(speech).toBeGreaterThan(400);
    expect(transcript).toMatchObject({ from: "en", language: "pt" });
    expect(transcript.wordErrorRate).toBeLessThan(0.15);
    expect(overlaps).toBe(0);
    expect(lines.at(-1)?.end).toBeGreaterThan(490);
    expect(counts.flat().filter((times) => times > 1)).toEqual([]);
    expect(job.warnings?.map(({ code }) => code) ?? []).not.toContain("dub-unclear");
  },
  patienceMs,
);
