import { cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { exec } from "./exec.ts";

/** Of those that read the lockfile of the page, version 9. */
export const pnpmVersion = "11.28.9";

/**
 * Builds the web page of Prometheus, whose Go module carries the page's sources and not what a release makes of them
 * (`make assets`). npm fetches pnpm for this, and pnpm what the module's own lockfile names.
 */
export async function buildPrometheusUi(
  moduleFolder: string,
  to: string,
  log: string,
): Promise<void> {
  const work = `${to}.source`;
  rmSync(work, { recursive: true, force: true });
  cpSync(join(moduleFolder, "web/ui"), work, { recursive: true });
  await exec("chmod", ["-R", "u+w", work]); // Go keeps its modules read-only
  const inPnpm = (...command: string[]): Promise<string> =>
    exec("npm", ["exec", "--yes", `--package=pnpm@${pnpmVersion}`, "--", ...command], {
      cwd: work,
      log,
    });
  await inPnpm("pnpm", "install", "--frozen-lockfile", "--store-dir", join(work, ".store"));
  await inPnpm("bash", "build_ui.sh", "--mantine-ui");
  renameSync(join(work, "static/mantine-ui"), to);
  rmSync(work, { recursive: true, force: true });
}
