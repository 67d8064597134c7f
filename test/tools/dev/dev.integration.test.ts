import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createJob, followJob, uploadVideo } from "../../../tools/demo/client.ts";
import { mediaTools } from "../../../tools/demo/platform.ts";
import { DevRun } from "../../../tools/dev/dev-run.ts";
import { apiUrlOf } from "../../../tools/dev/environment.ts";
import { prepareState, type DevState } from "../../../tools/dev/state.ts";
import { clips } from "../../support/clips.ts";

let folder: string;
let state: DevState;
const lines: string[] = [];

async function started(): Promise<DevRun> {
  state = await prepareState(folder);
  const clone = join(folder, "clone");
  for (const name of ["api/migrations", "worker", "contracts", "runtime", "media", "profiles"]) {
    mkdirSync(join(clone, name), { recursive: true });
  }
  const tools = await mediaTools();
  const print = (line: string): unknown => lines.push(line);
  const dev = new DevRun({ state, tools, folder, clone, print });
  await dev.start();
  return dev;
}

let dev: DevRun;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-dev-"));
  dev = await started();
});
afterAll(async () => {
  await dev.stop();
  rmSync(folder, { recursive: true });
});

const api = () => ({ url: apiUrlOf(state), key: state.apiKey });

async function runJob() {
  const uploadId = await uploadVideo(api(), await clips.sd(2));
  const { id } = await createJob(api(), uploadId, "hls-720p");
  return followJob(api(), id);
}

function starts(program: string): number {
  const first =
    { api: "info  listening", webhooks: "info  sending", worker: "passed encoder=libx264" }[
      program
    ] ?? "";
  return lines.filter((line) => line.startsWith(program) && line.includes(first)).length;
}

test("a job runs from upload to its end", async () => {
  expect((await runJob()).state).toBe("succeeded");
});

test("the webhook sender runs beside the API", () => {
  expect(starts("webhooks")).toBe(1);
});

test("a change of a worker's file starts the worker again, and nothing else", async () => {
  const before = { api: starts("api"), worker: starts("worker") };
  writeFileSync(join(folder, "clone/worker/main.ts"), "");
  await expect.poll(() => starts("worker"), { timeout: 30_000 }).toBe(before.worker + 1);
  expect(starts("api")).toBe(before.api);
  expect((await runJob()).state).toBe("succeeded");
});

test("a change of the contracts starts both again", async () => {
  const before = { api: starts("api"), worker: starts("worker") };
  writeFileSync(join(folder, "clone/contracts/job.ts"), "");
  await expect.poll(() => starts("worker"), { timeout: 30_000 }).toBe(before.worker + 1);
  await expect.poll(() => starts("api"), { timeout: 30_000 }).toBe(before.api + 1);
});

test("jobs of one run are there in the next one", async () => {
  const { id } = await runJob();
  await dev.stop();
  dev = await started();
  expect((await followJob(api(), id)).state).toBe("succeeded");
  expect(existsSync(join(folder, "postgres/data/pgdata"))).toBe(true);
});
