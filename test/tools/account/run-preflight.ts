import { execFile } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

export interface PreflightRun {
  readonly code: number;
  readonly said: string;
}

/** `npm run preflight -- --stack STACK` with this environment and no other credentials. */
export function runPreflight(
  stack: string,
  env: Readonly<Record<string, string>>,
): Promise<PreflightRun> {
  const { promise, resolve } = Promise.withResolvers<PreflightRun>();
  execFile(
    process.execPath,
    [join(root, "tools/cli.ts"), "preflight", "--stack", stack],
    { cwd: root, env: { PATH: process.env["PATH"] ?? "", ...env } },
    (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, said: `${stdout}${stderr}` });
    },
  );
  return promise;
}
