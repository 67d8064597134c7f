// oxlint-disable-next-line no-restricted-imports -- a question to the driver is no media process
import { execFile } from "node:child_process";

/** Where GKE mounts the driver's programs; the NVIDIA runtime (EKS) puts them on the PATH. */
const mounted = "/usr/local/nvidia/bin";
const timeoutMs = 5_000;

/**
 * Runs the driver's own program, which every node with a GPU has in its containers (NVIDIA_DRIVER_CAPABILITIES=utility). Its
 * CPU time, some hundredths of a second, counts as that of the job which ends next.
 */
export function nvidiaSmi(env: Readonly<Record<string, string>>) {
  const path = [env["PATH"], mounted].filter((part) => part !== undefined).join(":");
  return (args: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = {
        env: { ...env, PATH: path },
        timeout: timeoutMs,
        encoding: "utf8",
      } as const;
      execFile("nvidia-smi", args, options, (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const detail = `${stdout}${stderr}`.trim().slice(0, 300);
        reject(
          Object.assign(new Error(`nvidia-smi failed: ${detail}`, { cause: error }), {
            code: error.code,
          }),
        );
      });
    });
}
