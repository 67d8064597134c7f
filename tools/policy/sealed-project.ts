import { spawn, type ChildProcess } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileCache, root } from "../paths.ts";
import { engineReportOf, type EngineReport } from "./engine-events.ts";
import { installPlugins, standInBin } from "./stand-in-plugins.ts";

export interface SealedOptions {
  /** Folder of the program: its Pulumi.yaml and, unless `entry` names another file, its index.ts. */
  readonly program: string;
  readonly entry?: string;
  readonly stack: string;
  /** Folder of the CLI. */
  readonly binaries: string;
  /** Text of its stack file, if it has one. */
  readonly stackFile?: string;
}

/** How a command ended, and what the engine reported. */
export interface Outcome extends EngineReport {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** The pack and the config under which a preview runs. */
export interface PackChoice {
  /** Name of a file in its folder `profiles`; the defaults of its rules where there is none. */
  readonly profile?: string;
  /** Folder of the pack, if it is another than the product's. */
  readonly pack?: string;
}

/** Flags of the CLI that put the pack over a preview, an update or an analysis. */
export function packFlags({ profile, pack = join(root, "policy") }: PackChoice): readonly string[] {
  const config = join(pack, "profiles", `${profile ?? ""}.json`);
  return [
    `--policy-pack=${pack}`,
    ...(profile === undefined ? [] : [`--policy-pack-config=${config}`]),
  ];
}

export type Environment = Readonly<Record<string, string>>;

const streaming = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "1" };

/**
 * A program as a stack of its own, in an environment that holds nothing else of the machine: own state, stand-ins for
 * every provider, no credentials, the working tree untouched.
 */
export class SealedProject {
  readonly folder = mkdtempSync(join(tmpdir(), "framewright-sealed-"));
  readonly stack: string;
  readonly #cli: string;
  readonly #project: string;
  readonly #env: Environment;
  readonly #running = new Set<ChildProcess>();

  constructor(options: SealedOptions) {
    const { program, entry = join(program, "index.ts"), stack, binaries, stackFile } = options;
    this.stack = stack;
    this.#cli = join(binaries, "pulumi");
    this.#project = join(this.folder, "project");
    const pulumiHome = join(this.folder, "pulumi");
    for (const part of ["project", "home", "state", "cloud"]) mkdirSync(join(this.folder, part));
    installPlugins(pulumiHome, binaries);
    // Links: modules resolve to the clone's own.
    symlinkSync(entry, join(this.#project, "index.ts"));
    for (const name of ["package.json", "node_modules"]) {
      symlinkSync(join(root, name), join(this.#project, name));
    }
    copyFileSync(join(program, "Pulumi.yaml"), join(this.#project, "Pulumi.yaml"));
    if (stackFile !== undefined) {
      writeFileSync(join(this.#project, `Pulumi.${stack}.yaml`), stackFile);
    }
    this.#env = {
      HOME: join(this.folder, "home"),
      PATH: [standInBin, join(root, "node_modules/.bin"), binaries, "/usr/bin", "/bin"].join(":"),
      FRAMEWRIGHT_CLOUD: join(this.folder, "cloud"),
      FRAMEWRIGHT_BIN: binaries,
      PULUMI_HOME: pulumiHome,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      NODE_COMPILE_CACHE: compileCache,
    };
  }

  async init(): Promise<this> {
    await this.must(["stack", "init", this.stack]);
    return this;
  }

  /** A preview, evaluated by the pack if a profile is given; `env` is for the program. */
  async preview(choice?: PackChoice, env: Environment = {}): Promise<Outcome> {
    const flags = choice === undefined ? [] : packFlags(choice);
    return this.run(["preview", "--json", ...flags], { ...streaming, ...env });
  }

  /** Any command of the CLI in the project. */
  async run(args: readonly string[], env: Environment = {}): Promise<Outcome> {
    const began = performance.now();
    const child = spawn(this.#cli, [...args, "--non-interactive", "--color=never"], {
      cwd: this.#project,
      env: { ...this.#env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.once("error", reject).once("close", resolve);
    const code = await promise;
    const seconds = (performance.now() - began) / 1000;
    return {
      code,
      ...said,
      seconds,
      ...engineReportOf(args.includes("--json") ? said.stdout : ""),
    };
  }

  /** As {@link run}; throws when the command fails. */
  async must(args: readonly string[]): Promise<Outcome> {
    const outcome = await this.run(args);
    if (outcome.code === 0) return outcome;
    throw new Error(
      `pulumi ${args.join(" ")} ended with ${String(outcome.code)}:\n${outcome.stdout}\n${outcome.stderr}`,
    );
  }

  /** Ends what still runs, and leaves nothing. */
  dispose(): void {
    for (const child of this.#running) child.kill("SIGKILL");
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true, force: true });
  }
}
