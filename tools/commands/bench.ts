import { spawn } from "node:child_process";
import { once } from "node:events";
import { releaseSetUp, setUpImages, setUpTools } from "../setup.ts";
import { root } from "../paths.ts";

interface Benchmark {
  readonly help: string;
  readonly program: string;
  readonly args?: readonly string[];
  readonly setUp: () => Promise<unknown>;
  /** Left out unless it is asked for. */
  readonly onlyByName?: true;
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  api: {
    help: "reads over ten lines of Fastify and pg",
    ...{ program: "bench/api.ts", setUp: setUpImages },
  },
  submits: {
    help: "submits over a raw insert, a confirmed publish and pg-boss",
    ...{ program: "bench/submits.ts", setUp: setUpImages },
  },
  growth: {
    help: "reads, submits and claims with many jobs over few",
    ...{ program: "bench/growth.ts", setUp: setUpImages },
  },
  jobs: {
    help: "pick-up, the fixed cost of a short job, the jobs of a killed worker",
    ...{ program: "bench/jobs.ts", setUp: setUpImages },
  },
  worker: {
    help: "one hand-written ffmpeg command over the worker",
    ...{ program: "bench/worker-overhead.ts", args: ["--pairs", "3"], setUp: setUpImages },
  },
  keys: {
    help: "what guessed keys cost other clients",
    ...{ program: "bench/key-flood.ts", setUp: setUpImages, onlyByName: true },
  },
  streams: {
    help: "what open event streams cost other clients",
    ...{ program: "bench/stream-flood.ts", setUp: setUpImages, onlyByName: true },
  },
  load: {
    help: "reads for each core of the API, with rate limits on, over seed 002's claim",
    ...{ program: "bench/load.ts", setUp: setUpImages, onlyByName: true },
  },
  tracing: {
    help: "CPU time of reads, submits and jobs that are traced over those that are not",
    ...{ program: "bench/tracing.ts", setUp: setUpImages, onlyByName: true },
  },
  policy: {
    help: "previews with the policy pack over those without",
    ...{ program: "bench/policy.ts", setUp: setUpTools, onlyByName: true },
  },
};

const byDefault = Object.entries(benchmarks).flatMap(([name, { onlyByName }]) =>
  onlyByName === true ? [] : [name],
);

export const usage = `npm run bench [-- NAME...]

Measures on this machine, and prints each figure as a share of a limit that is taken in the same run. Without a NAME:
${byDefault.join(", ")}, in about 15 minutes. Close what else runs. docs/benchmarks.md has figures and what they mean.

${Object.entries(benchmarks)
  .map(([name, { help }]) => `  ${name.padEnd(10)} ${help}`)
  .join("\n")}

The figures are also written to .framewright/bench/NAME.json.`;

export async function run(args: readonly string[]): Promise<void> {
  const names = args.length === 0 ? byDefault : args;
  const chosen = names.map((name) => {
    const benchmark = benchmarks[name];
    if (benchmark !== undefined) return { name, ...benchmark };
    throw new Error(`${name} is no benchmark; there are ${Object.keys(benchmarks).join(", ")}`);
  });
  for (const setUp of new Set(chosen.map((benchmark) => benchmark.setUp))) await setUp();
  releaseSetUp();
  for (const { name, help, program, args: words = [] } of chosen) {
    console.log(`\n${name}: ${help}`);
    const child = spawn(process.execPath, [program, ...words], { cwd: root, stdio: "inherit" });
    await once(child, "exit");
    const { exitCode, signalCode } = child;
    if (exitCode !== 0)
      throw new Error(`the benchmark ${name} ended with ${String(exitCode ?? signalCode)}`);
  }
}
