import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { providerEnvironment } from "../../tools/provider-command.ts";
import { linkPlugins, programPlugins } from "../../tools/pulumi-plugins.ts";
import { binaries } from "./control-plane.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** This project's program as a stack of its own: own state, own stack file, the working tree untouched. */
export class PulumiProject {
  readonly folder = mkdtempSync(join(tmpdir(), "framewright-project-"));
  readonly #env: NodeJS.ProcessEnv;

  constructor(config: Record<string, unknown>) {
    for (const shared of ["index.ts", "package.json", "node_modules"]) {
      symlinkSync(join(root, shared), join(this.folder, shared));
    }
    copyFileSync(join(root, "Pulumi.yaml"), join(this.folder, "Pulumi.yaml"));
    writeFileSync(join(this.folder, "Pulumi.test.yaml"), stringify({ config }));
    mkdirSync(join(this.folder, "state"));
    const home = join(this.folder, "home");
    linkPlugins(home, programPlugins(binaries()));
    this.#env = {
      HOME: this.folder,
      PATH: [join(root, "node_modules/.bin"), binaries(), process.env["PATH"]].join(delimiter),
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...providerEnvironment,
    };
  }

  /** Runs one command; the error of a failed one carries what it printed. */
  async pulumi(...args: string[]): Promise<string> {
    const all = [...args, "--non-interactive", "--color=never", `--cwd=${this.folder}`];
    try {
      const { stdout } = await run("pulumi", all, { env: this.#env, maxBuffer: 64 * 2 ** 20 });
      return stdout;
    } catch (error) {
      const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
      throw new Error(`pulumi ${args.join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
