import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { binaries } from "../../../support/control-plane.ts";
import { providerEnvironment } from "../../../../tools/provider-command.ts";
import { linkPlugins, programPlugins } from "../../../../tools/pulumi-plugins.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Step {
  op: string;
  urn: string;
  detailedDiff: Record<string, { kind: string }> | null;
}

/** What `pulumi up --json` and its like tell while they work. */
export interface Operation extends Run {
  /** Steps that did something, in the order in which they began. */
  steps: Step[];
  /** Diagnostics that stay after the operation, without debug output. */
  messages: string[];
  /** Passing statuses that were shown while resources were worked on. */
  statuses: string[];
}

interface EngineEvent {
  resourcePreEvent?: { metadata: Step };
  diagnosticEvent?: { severity: string; message: string; ephemeral?: boolean };
}

/** Logical name of a resource, from its URN. */
function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

function toOperation(run: Run): Operation {
  const events = run.stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as EngineEvent);
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const diagnostics = events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity !== "debug");
  const texts = (ephemeral: boolean): string[] =>
    diagnostics
      .filter((diagnostic) => (diagnostic.ephemeral ?? false) === ephemeral)
      .map(({ message }) => message.trim());
  return {
    ...run,
    steps: steps.filter(({ op }) => op !== "same"),
    messages: texts(false),
    statuses: texts(true),
  };
}

/** A small Pulumi program with a state and a PULUMI_HOME of its own, driven through the real CLI. */
export class CliProject {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  /** Takes the name of a program in test/support/programs; `env` is what the program may read. */
  constructor(program: string, env: Record<string, string> = {}) {
    this.folder = mkdtempSync(path.join(os.tmpdir(), `pulumi-${program}-`));
    const home = path.join(this.folder, "home");
    const state = path.join(this.folder, "state");
    mkdirSync(state);
    linkPlugins(home, programPlugins(binaries()));
    const source = path.join(root, "test/support/programs", `${program}.ts`);
    copyFileSync(source, path.join(this.folder, "index.ts"));
    symlinkSync(path.join(root, "node_modules"), path.join(this.folder, "node_modules"));
    this.write("Pulumi.yaml", {
      name: "plugins-test",
      runtime: { name: "nodejs", options: { typescript: false } },
    });
    const dependencies = Object.fromEntries(
      ["pulumi", "kubernetes", "random"].map((name) => [`@pulumi/${name}`, "*"]),
    );
    this.write("package.json", { type: "module", main: "index.ts", dependencies });
    this.#env = {
      ...process.env,
      ...env,
      PATH: [path.join(root, "node_modules/.bin"), binaries(), process.env["PATH"]].join(":"),
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      ...providerEnvironment,
    };
  }

  write(name: string, content: object): void {
    writeFileSync(path.join(this.folder, name), JSON.stringify(content));
  }

  start(args: string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(path.join(binaries(), "pulumi"), [...args, "--non-interactive"], {
      cwd: this.folder,
      env: { ...this.#env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async run(args: string[], env: Record<string, string> = {}): Promise<Run> {
    return finished(this.start(args, env));
  }

  async init(): Promise<this> {
    const { code, stderr } = await this.run(["stack", "init", "test"]);
    if (code !== 0) throw new Error(`pulumi stack init: ${stderr}`);
    return this;
  }

  /** Runs preview, up, refresh or destroy; all but preview without a preview of their own. */
  async operation(
    verb: string,
    env: Record<string, string> = {},
    ...flags: string[]
  ): Promise<Operation> {
    const skip = verb === "preview" ? [] : ["--yes", "--skip-preview"];
    const streaming = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1" };
    const run = await this.run([verb, "--json", ...skip, ...flags], { ...env, ...streaming });
    return toOperation(run);
  }

  async exported(): Promise<string> {
    return (await this.run(["stack", "export"])).stdout;
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.run(["stack", "output", "--json", "--show-secrets"]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function finished(child: ChildProcess): Promise<Run> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}

/** "name: operation" of each step, sorted, for exact comparisons. */
export function summary(operation: Operation): string[] {
  return operation.steps
    .filter(({ urn }) => !urn.includes("pulumi:pulumi:Stack"))
    .map(({ op, urn }) => `${nameOf(urn)}: ${op}`)
    .sort();
}
