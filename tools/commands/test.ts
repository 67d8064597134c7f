import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import { interruptCommands } from "../exec.ts";
import { reportFolder } from "../env.ts";
import { installPackages } from "../packages.ts";
import { fullParts } from "../parts.ts";
import { root } from "../paths.ts";
import { setUpModels } from "../models/serve.ts";
import {
  releaseSetUp,
  setUpAll,
  setUpImages,
  setUpActionlint,
  setUpLivekit,
  setUpPromtool,
  setUpRelease,
  setUpSchemathesis,
  setUpSimulator,
  setUpTools,
} from "../setup.ts";
import { step } from "../steps.ts";
import {
  forgetFindings,
  plainReport,
  readFindings,
  writeReport,
} from "../testing/clouds-report.ts";
import {
  chosenGroups,
  groupNames,
  groups,
  isByDefault,
  stagesOf,
  type Group,
  type SetUp,
} from "../testing/groups.ts";
import { shared, timesReport, type Taken } from "../testing/times.ts";
import {
  failureLines,
  GroupTotals,
  noTests,
  oneFailure,
  succeeded,
  sumOf,
  totalsFile,
  totalsLine,
  type Totals,
} from "../testing/totals.ts";
import { run as down } from "./down.ts";

const setUps: Readonly<Record<SetUp, () => Promise<unknown>>> = {
  tools: setUpTools,
  promtool: setUpPromtool,
  simulator: setUpSimulator,
  actionlint: setUpActionlint,
  release: setUpRelease,
  images: setUpImages,
  models: () => setUpModels(),
  livekit: setUpLivekit,
  schemathesis: setUpSchemathesis,
  browser: () =>
    step(
      "browser",
      () => installPackages({ chromium: "chromium" }),
      (names) => (names.length === 0 ? "there" : `installed ${names.join(", ")}`),
    ),
  stack: () => setUpAll(),
  "full stack": () => setUpAll(fullParts),
};

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One run of `npm test`: what was set up, what runs now, and whether the user wants it to end. */
class TestRun {
  readonly taken: Taken[] = [];
  private readonly setUps = new Map<SetUp, boolean>();
  private vitest: ChildProcess | undefined;
  private stopped: NodeJS.Signals | undefined;

  /** Whether there may be something to take down. A node that somebody else started is not ours to end. */
  get touchedStack(): boolean {
    return this.setUps.has("stack") || this.setUps.has("full stack");
  }

  /** Does a part of the run that is no group, and notes what it took. */
  async part<T>(what: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    try {
      return await work();
    } finally {
      this.taken.push({ what, seconds: (performance.now() - started) / 1000 });
    }
  }

  /** Ends the group that runs; what was started is still taken down. */
  readonly stop = (signal: NodeJS.Signals): void => {
    this.stopped = signal;
    if (signal === "SIGTERM") interruptCommands(); // Ctrl-C reaches them by itself
    this.vitest?.kill(signal);
  };

  /** Runs groups side by side: all that each needs is set up before. */
  async stage(stage: readonly Group[]): Promise<Totals> {
    const ready: Group[] = [];
    const notRun: Totals[] = [];
    for (const group of stage) {
      const lacks = await this.lacks(group);
      if (lacks === undefined) ready.push(group);
      else notRun.push(this.notRun(group, lacks));
    }
    if (ready.length === 0) return sumOf(notRun);
    const lines = ready.map((group) => `${group}: ${groups[group].what}`);
    console.log(`\n${lines.join("\n")}`);
    return sumOf([...notRun, await this.tests(ready)]);
  }

  /** Why a group cannot run; undefined once all that it needs is set up. */
  private async lacks(group: Group): Promise<string | undefined> {
    const needs: readonly SetUp[] = groups[group].needs;
    for (const need of needs) {
      if (this.stopped !== undefined) break;
      if (!(await this.setUp(need))) return `it needs ${need}`;
    }
    return this.stopped === undefined ? undefined : `stopped by ${this.stopped}`;
  }

  /** True when it succeeded, now or for a group before; one that failed is not tried again. */
  private async setUp(need: SetUp): Promise<boolean> {
    const before = this.setUps.get(need);
    if (before !== undefined) return before;
    const done = await this.part(`set-up of ${need}`, () => this.trySetUp(need));
    this.setUps.set(need, done);
    return done;
  }

  private async trySetUp(need: SetUp): Promise<boolean> {
    try {
      await setUps[need]();
      return true;
    } catch (error) {
      console.log(`\nSet-up of ${need} failed: ${reasonOf(error)}`);
      return false;
    } finally {
      releaseSetUp(); // the tests start commands that set up for themselves
    }
  }

  /** A group that was asked for and could not run is a failure. */
  private notRun(group: Group, why: string): Totals {
    console.log(`\n${group} was not run: ${why}`);
    return oneFailure(group, `was not run: ${why}`);
  }

  private async tests(stage: readonly Group[]): Promise<Totals> {
    for (const group of stage) rmSync(totalsFile(group), { force: true });
    const started = performance.now();
    const status = await this.runVitest(stage);
    const results = new Map(stage.map((group) => [group, resultOf(group, status)]));
    const fileSeconds = new Map([...results].map(([group, result]) => [group, result.fileSeconds]));
    this.taken.push(...shared((performance.now() - started) / 1000, fileSeconds));
    const totals = sumOf([...results.values()]);
    // A status that the totals do not explain is still a failure.
    const explained = status === 0 || totals.failed.length > 0;
    return explained
      ? totals
      : sumOf([totals, oneFailure(stage.join(), `vitest ended with ${String(status)}`)]);
  }

  private async runVitest(stage: readonly Group[]): Promise<number | null> {
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    const projects = stage.flatMap((group) => ["--project", group]);
    this.vitest = spawn("vitest", ["run", ...projects], { cwd: root, stdio: "inherit" });
    this.vitest.once("error", reject).once("close", resolve);
    try {
      return await promise;
    } finally {
      this.vitest = undefined;
    }
  }
}

function resultOf(group: Group, status: number | null): Static<typeof GroupTotals> {
  const file = totalsFile(group);
  if (existsSync(file)) return Value.Parse(GroupTotals, JSON.parse(readFileSync(file, "utf8")));
  const why = `vitest ended with ${String(status)} before it told what it ran`;
  return { ...oneFailure(group, why), fileSeconds: 0 };
}

async function takeDown(): Promise<Totals> {
  console.log("");
  try {
    await down();
    return noTests;
  } catch (error) {
    return oneFailure("taking down", reasonOf(error));
  }
}

/** What the runs over the simulated clouds came to, in tables. */
function report(): void {
  const findings = readFindings();
  if (findings.length === 0) return;
  console.log(`\n${plainReport(findings)}`);
  if (reportFolder !== undefined) writeReport(reportFolder, findings);
}

export const usage = `npm test [-- --only GROUP,...]

Sets up what the groups of tests need, runs them, and takes down what it set up. Its last line is
"N passed, N failed, N skipped"; it ends with 0 only if nothing failed. Groups (* only when they are named):

${groupNames.map((name) => `  ${isByDefault(name) ? " " : "*"} ${name.padEnd(12)} ${groups[name].what}`).join("\n")}`;

/** Sets up and runs the groups of tests in their order; the totals of all are the last line. */
export async function run(args: readonly string[]): Promise<void> {
  const chosen = chosenGroups(args);
  const run = new TestRun();
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, run.stop);
  forgetFindings();
  const results: Totals[] = [];
  for (const stage of stagesOf(chosen)) results.push(await run.stage(stage));
  if (run.touchedStack) results.push(await run.part("taking down", takeDown));
  report();
  console.log(`\n${timesReport(run.taken)}`);
  const totals = sumOf(results);
  if (totals.failed.length > 0) console.log(["\nFailed", ...failureLines(totals)].join("\n"));
  console.log(`\n${totalsLine(totals)}`);
  process.exitCode = succeeded(totals) ? 0 : 1;
}
