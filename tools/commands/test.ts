import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { Value } from "typebox/value";
import { interruptCommands } from "../exec.ts";
import { reportFolder } from "../env.ts";
import { installPackages } from "../packages.ts";
import { parts } from "../parts.ts";
import { root } from "../paths.ts";
import { setUpModels } from "../models/serve.ts";
import {
  releaseSetUp,
  setUpAll,
  setUpImages,
  setUpCheckers,
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
  type Group,
  type SetUp,
} from "../testing/groups.ts";
import { timesReport, type Taken } from "../testing/times.ts";
import {
  failureLines,
  noTests,
  oneFailure,
  succeeded,
  sumOf,
  Totals,
  totalsFile,
  totalsLine,
} from "../testing/totals.ts";
import { run as down } from "./down.ts";

const setUps: Readonly<Record<SetUp, () => Promise<unknown>>> = {
  tools: setUpTools,
  promtool: setUpPromtool,
  simulator: setUpSimulator,
  checkers: setUpCheckers,
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
  "full stack": () => setUpAll(parts),
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

  /** Does a part of the run, and notes what it took. */
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

  async group(group: Group): Promise<Totals> {
    if (this.stopped !== undefined) return this.notRun(group, `stopped by ${this.stopped}`);
    const needs: readonly SetUp[] = groups[group].needs;
    for (const need of needs) {
      if (!(await this.setUp(need))) return this.notRun(group, `it needs ${need}`);
    }
    console.log(`\n${group}: ${groups[group].what}`);
    return this.part(group, () => this.tests(group));
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

  private async tests(group: Group): Promise<Totals> {
    const file = totalsFile(group);
    rmSync(file, { force: true });
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    this.vitest = spawn("vitest", ["run", "--project", group], { cwd: root, stdio: "inherit" });
    this.vitest.once("error", reject).once("close", resolve);
    const status = await promise;
    this.vitest = undefined;
    if (!existsSync(file)) {
      return oneFailure(group, `vitest ended with ${String(status)} before it told what it ran`);
    }
    const totals = Value.Parse(Totals, JSON.parse(readFileSync(file, "utf8")));
    // A status that the totals do not explain is still a failure.
    const explained = status === 0 || totals.failed.length > 0;
    return explained
      ? totals
      : sumOf([totals, oneFailure(group, `vitest ended with ${String(status)}`)]);
  }
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

Sets up what the groups of tests need, runs them one after the other, and takes down what it set up. Its last line is
"N passed, N failed, N skipped"; it ends with 0 only if nothing failed. Groups (* only when they are named):

${groupNames.map((name) => `  ${isByDefault(name) ? " " : "*"} ${name.padEnd(12)} ${groups[name].what}`).join("\n")}`;

/** Sets up and runs the groups of tests one after the other; the totals of all are the last line. */
export async function run(args: readonly string[]): Promise<void> {
  const chosen = chosenGroups(args);
  const run = new TestRun();
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, run.stop);
  forgetFindings();
  const results: Totals[] = [];
  for (const group of chosen) results.push(await run.group(group));
  if (run.touchedStack) results.push(await run.part("taking down", takeDown));
  report();
  console.log(`\n${timesReport(run.taken)}`);
  const totals = sumOf(results);
  if (totals.failed.length > 0) console.log(["\nFailed", ...failureLines(totals)].join("\n"));
  console.log(`\n${totalsLine(totals)}`);
  process.exitCode = succeeded(totals) ? 0 : 1;
}
