import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real Kubernetes API with its controllers, on loopback, without any node: pods stay where a test puts them. */
export interface ControlPlane {
  /** Path of a kubeconfig with a client certificate of the cluster's administrator. */
  kubeconfig: string;
  /** Folder of all its data and logs. */
  folder: string;
  kubectl(...args: string[]): string;
  kubectlWithInput(input: string, ...args: string[]): string;
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

/** Folder of the binaries built from Go modules. */
export function binaries(): string {
  const built = path.resolve(import.meta.dirname, "../../.framewright/bin");
  const folder = process.env["FRAMEWRIGHT_BIN"] ?? built;
  const needed = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "pulumi",
  ];
  const missing = needed.filter((name) => !existsSync(path.join(folder, name)));
  if (missing.length === 0) return folder;
  throw new Error(
    `${folder} lacks ${missing.join(", ")}: run the set-up (npm test does), or set FRAMEWRIGHT_BIN to a folder that has them`,
  );
}

/** Takes free ports on loopback, all at once so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            resolve((server.address() as AddressInfo).port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** A certificate authority and the certificates that it signs. */
class Authority {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    const subject = ["-subj", "/CN=test-ca", "-days", "2"];
    const out = ["-keyout", this.file("ca.key"), "-out", this.file("ca.crt")];
    openssl(
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      ...subject,
      ...out,
    );
  }

  file(name: string): string {
    return path.join(this.#folder, name);
  }

  sign(name: string, subject: string, extensions: string): void {
    const [key, request, certificate] = ["key", "csr", "crt"].map((end) =>
      this.file(`${name}.${end}`),
    );
    const extensionFile = this.file(`${name}.ext`);
    writeFileSync(extensionFile, extensions);
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    openssl("req", ...curve, "-nodes", "-subj", subject, "-keyout", key!, "-out", request!);
    const by = ["-CA", this.file("ca.crt"), "-CAkey", this.file("ca.key"), "-CAcreateserial"];
    openssl(
      "x509",
      "-req",
      "-in",
      request!,
      ...by,
      "-days",
      "2",
      "-extfile",
      extensionFile,
      "-out",
      certificate!,
    );
  }

  base64(name: string): string {
    return readFileSync(this.file(name)).toString("base64");
  }
}

function makeCertificates(folder: string): Authority {
  const authority = new Authority(folder);
  const names = "subjectAltName=DNS:localhost,DNS:kubernetes,IP:127.0.0.1,IP:10.97.0.1";
  authority.sign(
    "server",
    "/CN=kube-apiserver",
    `${names}\nextendedKeyUsage=serverAuth,clientAuth\n`,
  );
  authority.sign("admin", "/CN=admin/O=system:masters", "extendedKeyUsage=clientAuth\n");
  openssl("genrsa", "-out", authority.file("service-account.key"), "2048");
  return authority;
}

function writeKubeconfig(authority: Authority, port: number): string {
  const file = authority.file("kubeconfig");
  const cluster = {
    server: `https://127.0.0.1:${port.toString()}`,
    "certificate-authority-data": authority.base64("ca.crt"),
  };
  const user = {
    "client-certificate-data": authority.base64("admin.crt"),
    "client-key-data": authority.base64("admin.key"),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name: "admin", user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/** The processes of one control plane; each writes its log into the folder. */
class Processes {
  readonly #folder: string;
  readonly #running: { name: string; child: ChildProcess }[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  start(name: string, args: string[]): void {
    const log = openSync(path.join(this.#folder, `${name}.log`), "a");
    // A test runner that is killed takes its control plane with it.
    const command = ["--pdeathsig", "KILL", path.join(binaries(), name), ...args];
    const child = spawn("setpriv", command, { stdio: ["ignore", log, log] });
    closeSync(log);
    this.#running.push({ name, child });
  }

  /** Throws with the end of the log if one of them has ended. */
  assertAlive(): void {
    const dead = this.#running.find(
      ({ child }) => child.exitCode !== null || child.signalCode !== null,
    );
    if (dead === undefined) return;
    const log = readFileSync(path.join(this.#folder, `${dead.name}.log`), "utf8");
    throw new Error(`${dead.name} ended:\n${log.slice(-2000)}`);
  }

  async stop(): Promise<void> {
    const ended = this.#running
      .toReversed()
      .map(({ child }) => new Promise((resolve) => child.once("exit", resolve)));
    for (const { child } of this.#running) child.kill("SIGTERM");
    await Promise.race([Promise.all(ended), sleep(stopTimeoutMs)]);
    for (const { child } of this.#running) if (child.exitCode === null) child.kill("SIGKILL");
  }

  killNow(): void {
    for (const { child } of this.#running) child.kill("SIGKILL");
  }
}

function startApi(
  processes: Processes,
  authority: Authority,
  ports: { api: number; etcd: number; peer: number },
): void {
  const etcd = `http://127.0.0.1:${ports.etcd.toString()}`;
  const peer = `http://127.0.0.1:${ports.peer.toString()}`;
  processes.start("etcd", [
    `--data-dir=${authority.file("etcd")}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    "--unsafe-no-fsync",
    "--log-level=error",
  ]);
  processes.start("kube-apiserver", [
    `--etcd-servers=${etcd}`,
    `--secure-port=${ports.api.toString()}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--cert-dir=${authority.file("apiserver")}`,
    `--tls-cert-file=${authority.file("server.crt")}`,
    `--tls-private-key-file=${authority.file("server.key")}`,
    `--client-ca-file=${authority.file("ca.crt")}`,
    `--service-account-key-file=${authority.file("service-account.key")}`,
    `--service-account-signing-key-file=${authority.file("service-account.key")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    "--service-cluster-ip-range=10.97.0.0/16",
    "--authorization-mode=RBAC",
    "--endpoint-reconciler-type=none",
    "--kubelet-preferred-address-types=InternalIP",
    "--v=0",
  ]);
}

function startControllers(
  processes: Processes,
  kubeconfig: string,
  authority: Authority,
  ports: { manager: number; scheduler: number },
): void {
  processes.start("kube-controller-manager", [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${authority.file("service-account.key")}`,
    `--root-ca-file=${authority.file("ca.crt")}`,
    `--secure-port=${ports.manager.toString()}`,
    "--bind-address=127.0.0.1",
    `--cert-dir=${authority.file("manager")}`,
    "--leader-elect=false",
    "--controllers=*,-nodeipam,-nodelifecycle,-cloud-node-lifecycle",
    "--horizontal-pod-autoscaler-sync-period=2s",
    "--concurrent-namespace-syncs=10",
    "--v=0",
  ]);
  processes.start("kube-scheduler", [
    `--kubeconfig=${kubeconfig}`,
    `--secure-port=${ports.scheduler.toString()}`,
    "--bind-address=127.0.0.1",
    `--cert-dir=${authority.file("scheduler")}`,
    "--leader-elect=false",
    "--v=0",
  ]);
}

async function untilReady(processes: Processes, kubectl: ControlPlane["kubectl"]): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    processes.assertAlive();
    try {
      kubectl("get", "--raw", "/readyz");
      kubectl("get", "serviceaccount", "default", "--namespace=default");
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error("the control plane did not become ready", { cause: error });
      await sleep(250);
    }
  }
}

/** Starts etcd, API server, controllers and scheduler on free ports in a new temporary folder. */
export async function startControlPlane(): Promise<ControlPlane> {
  const bin = binaries();
  const folder = mkdtempSync(
    path.join(os.tmpdir(), `control-plane-${randomBytes(3).toString("hex")}-`),
  );
  const authority = makeCertificates(folder);
  const [api = 0, etcd = 0, peer = 0, manager = 0, scheduler = 0] = await freePorts(5);
  const kubeconfig = writeKubeconfig(authority, api);
  const processes = new Processes(folder);
  const killNow = (): void => {
    processes.killNow();
  };
  process.once("exit", killNow);
  const flags = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${path.join(folder, "kubectl")}`];
  const kubectlWithInput = (input: string, ...args: string[]): string =>
    execFileSync(path.join(bin, "kubectl"), [...flags, ...args], {
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
  const kubectl = (...args: string[]): string => kubectlWithInput("", ...args);
  const stop = async (): Promise<void> => {
    await processes.stop();
    process.off("exit", killNow);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    startApi(processes, authority, { api, etcd, peer });
    startControllers(processes, kubeconfig, authority, { manager, scheduler });
    await untilReady(processes, kubectl);
  } catch (error) {
    await stop();
    throw error;
  }
  return { kubeconfig, folder, kubectl, kubectlWithInput, stop };
}
