import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { freePort } from "../../tools/services/free-port.ts";

const startTimeoutMs = 60_000;
const firstOfAll = "2020-01-01T00:00:00Z";

/** How certificates name a job of GitHub: the parts of Fulcio's public settings that its tokens need. */
function fulcioConfig(issuer: string): string {
  return stringify({
    "oidc-issuers": {
      [issuer]: {
        "issuer-url": issuer,
        "client-id": "sigstore",
        type: "ci-provider",
        "ci-provider": "github-workflow",
      },
    },
    "ci-issuer-metadata": {
      "github-workflow": {
        "default-template-values": { url: "https://github.com" },
        "extension-templates": {
          "build-signer-uri": "{{ .url }}/{{ .job_workflow_ref }}",
          "source-repository-uri": "{{ .url }}/{{ .repository }}",
          "source-repository-ref": "ref",
        },
        "subject-alternative-name-template": "{{ .url }}/{{ .job_workflow_ref }}",
      },
    },
  });
}

async function untilAnswers(url: string, child: ChildProcess): Promise<string> {
  const until = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      const response = await fetch(url);
      if (response.ok) return await response.text();
    } catch {
      // it does not listen yet
    }
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${url} does not answer`);
    await sleep(100);
  }
}

/** The part of Sigstore that signing without a key needs: certificates for a few minutes (Fulcio), and when it was. */
export class Sigstore {
  readonly #bin: string;
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];

  constructor(bin: string, folder: string) {
    this.#bin = bin;
    this.#folder = folder;
  }

  /** Returns what cosign must find in its environment. */
  async start(issuer: string): Promise<Readonly<Record<string, string>>> {
    const authority = await this.#startAuthority(issuer);
    const clock = await this.#startClock();
    const service = (url: string): string =>
      `url=${url},api-version=1,start-time=${firstOfAll},operator=test`;
    const services = this.#make("signing-config", [
      ...["--fulcio", service(authority.url)],
      ...["--tsa", service(`${clock.url}/api/v1/timestamp`), "--tsa-config", "ANY"],
    ]);
    const known = ({ url, chain }: { url: string; chain: string }): string =>
      `url=${url},certificate-chain=${chain}`;
    const roots = this.#make("trusted-root", [
      ...["--fulcio", known(authority)],
      ...["--tsa", known(clock)],
    ]);
    return { COSIGN_SIGNING_CONFIG: services, COSIGN_TRUSTED_ROOT: roots };
  }

  stop(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #make(what: string, args: readonly string[]): string {
    const file = join(this.#folder, `${what}.json`);
    execFileSync(join(this.#bin, "cosign"), [what, "create", "--out", file, ...args]);
    return file;
  }

  #start(program: string, args: readonly string[]): ChildProcess {
    const log = openSync(join(this.#folder, `${program}.log`), "a");
    const command = ["--pdeathsig", "KILL", join(this.#bin, program), "serve", ...args];
    const child = spawn("setpriv", command, { stdio: ["ignore", log, log] });
    closeSync(log);
    this.#children.push(child);
    return child;
  }

  async #startAuthority(issuer: string) {
    const config = join(this.#folder, "fulcio.yaml");
    writeFileSync(config, fulcioConfig(issuer));
    const port = String(await freePort());
    const child = this.#start("fulcio", [
      ...["--ca", "ephemeralca", "--ct-log-url", "", "--config-path", config],
      ...["--host", "127.0.0.1", "--port", port],
      ...["--grpc-host", "127.0.0.1", "--grpc-port", String(await freePort())],
      ...["--metrics-port", String(await freePort())],
      ...["--legacy-unix-domain-socket", join(this.#folder, "fulcio.sock")],
    ]);
    const url = `http://127.0.0.1:${port}`;
    const chain = join(this.#folder, "fulcio.pem");
    writeFileSync(chain, await untilAnswers(`${url}/api/v1/rootCert`, child));
    return { url, chain };
  }

  async #startClock() {
    const port = String(await freePort());
    const where = ["--host", "127.0.0.1", "--port", port];
    const how = ["--timestamp-signer", "memory", "--disable-ntp-monitoring"];
    const child = this.#start("timestamp-server", [...where, ...how]);
    const url = `http://127.0.0.1:${port}`;
    const chain = join(this.#folder, "clock.pem");
    writeFileSync(chain, await untilAnswers(`${url}/api/v1/timestamp/certchain`, child));
    return { url, chain };
  }
}
