import { spawn } from "node:child_process";
import { once } from "node:events";
import { clientKeyKind } from "@framewright/contracts/api-key.ts";
import { decodeMigrateEnv } from "../../api/env.ts";
import { generateKey } from "../../api/keys/keys.ts";
import { createLogger } from "../../runtime/log.ts";
import { migrate } from "../../api/migrate.ts";
import { freePort } from "../../tools/services/free-port.ts";
import { envFor, until, type ServiceUrls } from "./api-under-test.ts";

/** The API as the pod runs it. */
export function runApi(env: Record<string, string>) {
  const child = spawn(process.execPath, ["api/main.ts"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  }
  const exited = once(child, "exit").then(([code]: unknown[]) => code);
  return { child, output, exited };
}

export async function freePorts() {
  return {
    PORT: String(await freePort()),
    WORKER_PORT: String(await freePort()),
    METRICS_PORT: String(await freePort()),
  };
}

/** Makes the database ready, with a key for everything, which it returns. */
export async function migrated(
  databaseUrl: string,
  key = generateKey(clientKeyKind),
): Promise<string> {
  const raw = { DATABASE_URL: databaseUrl, BOOTSTRAP_API_KEY: key };
  await migrate(decodeMigrateEnv(raw), createLogger({ level: "silent", base: {} }));
  return key;
}

/** A process that can be killed and started again at the same address. */
export class ApiProcess {
  readonly env: Record<string, string>;
  readonly url: string;
  #running: ReturnType<typeof runApi> | undefined;

  constructor(env: Record<string, string>) {
    this.env = env;
    this.url = `http://127.0.0.1:${env["PORT"] ?? ""}`;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  get output(): string {
    return this.#running?.output.join("") ?? "";
  }

  async start(patienceMs?: number): Promise<void> {
    this.#running = runApi(this.env);
    try {
      await until(
        () => `readiness; the API said ${this.output.slice(-2000)}`,
        async () => (await fetch(`${this.url}/readyz`)).ok,
        patienceMs,
      );
    } catch (error) {
      // Whoever could not start it has nothing to end.
      await this.end("SIGKILL");
      throw error;
    }
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<unknown> {
    this.#running?.child.kill(signal);
    return this.#running?.exited;
  }
}

export async function startApiProcess(
  urls: ServiceUrls,
  extra: Record<string, string>,
): Promise<ApiProcess> {
  const api = new ApiProcess(envFor(urls, { ...(await freePorts()), ...extra }));
  await api.start();
  return api;
}
