import { spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../../tools/services/free-port.ts";
import { sandboxPath } from "../support/isolation.ts";

/** The proxy as its pod runs it; it may connect to these ports of the loopback, or of a part of it. */
export async function startProxyProcess(
  targetPorts: readonly number[],
  targetRanges = "127.0.0.0/8",
) {
  const [port, opsPort] = [await freePort(), await freePort()];
  const command = ["--pdeathsig", "KILL", "--", process.execPath, "egress/proxy.ts"];
  const child = spawn("setpriv", command, {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PROXY_PORT: String(port),
      HEALTH_PORT: String(opsPort),
      PROXY_TARGET_PORTS: targetPorts.join(","),
      PROXY_TARGET_RANGES: targetRanges,
      PATH: sandboxPath,
    },
  });
  const exited = once(child, "exit");
  await once(child.stdout, "data");
  return {
    url: `http://127.0.0.1:${port}`,
    /** Of one of its metrics, all series together. */
    figure: async (name: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
      const values = [...text.matchAll(new RegExp(`^${name}(?:{.*})? (.*)$`, "gm"))];
      return values.reduce((sum, [, value]) => sum + Number(value), 0);
    },
    close: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

export type ProxyProcess = Awaited<ReturnType<typeof startProxyProcess>>;
