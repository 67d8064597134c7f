import { expect, test } from "vitest";
import { kubectl } from "../../tools/node/start.ts";
import { layers, type Layer } from "../../worker/src/media/sandbox/wrapper.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { intruder, readSpoils, type Spoils } from "../support/intruder.ts";

describeClusterOnFailure();

/** Two attempts on the worker's scratch, and an intruder in the first one's place; `process.argv[1]` is a {@link Trial}. */
const inPod = `
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createMediaTools } from "/app/worker/src/media/ffmpeg.ts";
import { proveIsolation } from "/app/worker/src/media/sandbox/prove-isolation.ts";
const { wanted, dir, args } = JSON.parse(process.argv[1]);
for (const folder of ["a/out", "b"]) mkdirSync(dir + "/" + folder, { recursive: true });
for (const folder of ["a", "b"]) writeFileSync(dir + "/" + folder + "/source", "video");
const programs = { ffmpeg: "ffmpeg", ffprobe: "ffprobe", memoryBytes: 1e9, env: { PATH: process.env.PATH } };
const proven = await proveIsolation({ programs, workDir: dir, hasDevice: false, reads: [], wanted });
const tools = createMediaTools({ ...programs, ffmpeg: "perl", ...proven });
const access = { reads: [dir + "/a/source"], writes: [dir + "/a/out"] };
console.log(await tools.run("ffmpeg", args, { ...access, signal: AbortSignal.timeout(20000) }));
rmSync(dir, { recursive: true });
`;

/** An intruder beside the real worker, which is the first process of its pod and listens on 8080. */
async function intrude(wanted: readonly Layer[]): Promise<Spoils> {
  const dir = `/work/intruder-${wanted.join("-")}`;
  const args = intruder({
    ...{ source: `${dir}/a/source`, output: `${dir}/a/out`, other: `${dir}/b/source` },
    ...{ attempts: dir, code: "/app/worker/main.ts", secrets: "/etc", port: 8080, worker: 1 },
  });
  const trial = JSON.stringify({ wanted, dir, args });
  const program = ["node", "--input-type=module", "--eval", inPod, trial];
  const pod = ["--namespace=framewright-workers", "deployment/worker-cpu"];
  return readSpoils(await kubectl(["exec", ...pod, "--", ...program]));
}

test("a media process in the worker's pod reaches its source and its output and nothing else", async () => {
  const spoils = await intrude(layers);
  expect(spoils.reached).toEqual(["read own source", "write own output", "rename own output"]);
  expect(spoils.environment.toSorted()).toEqual(["AV_LOG_FORCE_NOCOLOR", "PATH"]);
  expect(spoils.descriptors).toEqual([]);
});

test("what the worker holds is closed to its user even where nothing isolates ffmpeg", async () => {
  const { reached } = await intrude(["death"]);
  expect(reached).toContain("read another attempt's source");
  const held = ["environment", "memory", "open files", "address space"];
  expect(reached.filter((name) => held.some((one) => name.includes(`worker's ${one}`)))).toEqual(
    [],
  );
  expect(reached).not.toContain("trace the worker");
});
