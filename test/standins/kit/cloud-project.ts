import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { installedVersion } from "../../../tools/plugins/kit/version.ts";
import { CliProject } from "../../tools/plugins/harness/cli-project.ts";

const bin = path.join(import.meta.dirname, "../bin");

export type StandIn = "gcp" | "aws" | "eks";

/** Puts stand-ins of clouds into a PULUMI_HOME, where the engine finds them without a warning. */
function installStandIns(pulumiHome: string, names: readonly StandIn[]): void {
  for (const name of names) {
    const version = installedVersion(`@pulumi/${name}`);
    const folder = path.join(pulumiHome, "plugins", `resource-${name}-v${version}`);
    mkdirSync(folder, { recursive: true });
    const executable = `pulumi-resource-${name}`;
    symlinkSync(path.join(bin, executable), path.join(folder, executable));
  }
}

export interface CloudProject {
  readonly project: CliProject;
  /** FRAMEWRIGHT_CLOUD of the project. */
  readonly cloud: string;
  readonly dispose: () => void;
}

/** A small program with a simulated cloud of its own, driven through the real CLI. */
export async function cloudProject(
  program: string,
  standIns: readonly StandIn[],
): Promise<CloudProject> {
  const cloud = mkdtempSync(path.join(os.tmpdir(), "cloud-"));
  const project = new CliProject("lifecycle", { FRAMEWRIGHT_CLOUD: cloud });
  installStandIns(path.join(project.folder, "home"), standIns);
  copyFileSync(program, path.join(project.folder, "index.ts"));
  await project.init();
  const dispose = (): void => {
    project.dispose();
    rmSync(cloud, { recursive: true, force: true });
  };
  return { project, cloud, dispose };
}
