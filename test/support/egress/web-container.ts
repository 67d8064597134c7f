import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recorderTicket } from "../../../runtime/recorder-ticket.ts";
import { imageRoot } from "../../../tools/images/roots.ts";
import { unpackedFolder, unpackPackages } from "../../../tools/packages.ts";
import { root } from "../../../tools/paths.ts";
import { adminSecret, until } from "../../api/api-under-test.ts";

/** As the pod has it: user, limits, and what can be written (services/egress/web-recorders.ts). */
const uid = 10_001;
const cores = 2;
const memoryBytes = 2 * 1024 ** 3;
const writable = { "/tmp": "64m", "/dev/shm": "512m" };

export interface ContainerArgs {
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** Files of this machine by the path where the container reads them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the scratch space. */
  readonly workSize?: string;
}

function volumes(workSize: string) {
  return Object.entries({ ...writable, "/work": workSize }).map(([destination, size]) => ({
    ...{ destination, type: "tmpfs", source: "tmpfs" },
    options: ["nosuid", "nodev", "mode=1777", `uid=${uid}`, `gid=${uid}`, `size=${size}`],
  }));
}

const profileFile = join(root, "images/web-recorder/seccomp.json");
const chromiumProfile = JSON.parse(readFileSync(profileFile, "utf8")) as object;

/** https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config.md */
function specOf(folder: string, { env, command, files = {}, workSize = "1g" }: ContainerArgs) {
  const none = ["bounding", "effective", "inheritable", "permitted", "ambient"];
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid, gid: uid },
      args: [...command],
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      cwd: "/app",
      capabilities: Object.fromEntries(none.map((set) => [set, []])),
      noNewPrivileges: true,
    },
    root: { path: folder, readonly: true },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      {
        ...{ destination: "/dev", type: "tmpfs", source: "tmpfs" },
        options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
      },
      {
        ...{ destination: "/sys", type: "none", source: "/sys" },
        options: ["rbind", "nosuid", "noexec", "nodev", "ro"],
      },
      ...volumes(workSize),
      ...Object.entries(files).map(([destination, source]) => ({
        ...{ destination, source, type: "bind", options: ["bind", "ro"] },
      })),
    ],
    linux: {
      // The loopback is the machine's: the services of a test are there.
      namespaces: ["pid", "ipc", "uts", "mount"].map((type) => ({ type })),
      resources: {
        memory: { limit: memoryBytes },
        // What is measured is the recorder, and not the other work of the machine.
        cpu: { quota: cores * 100_000, period: 100_000, shares: 65_536 },
      },
      seccomp: chromiumProfile,
      maskedPaths: ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    },
  };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "web-recorder-"));
}

const runc = join(unpackedFolder, "usr/sbin/runc");

export interface ProcessRow {
  readonly pid: number;
  readonly command: string;
  /** Of user and kernel together. */
  readonly cpuSeconds: number;
  readonly residentMiB: number;
}

/** Runs a command in the image of the web recorder, confined as its pod is. */
export async function startWebContainer(args: ContainerArgs) {
  await unpackPackages();
  const bundle = newFolder();
  const spec = specOf(await imageRoot("web-recorder"), args);
  writeFileSync(join(bundle, "config.json"), JSON.stringify(spec));
  const name = `framewright-${randomUUID()}`;
  const state = join(bundle, "state");
  const child = spawn(runc, ["--root", state, "run", "--bundle", bundle, name], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      log += chunk;
    });
  }
  const exited = once(child, "exit");
  const act = (...words: string[]): string =>
    execFileSync(runc, ["--root", state, ...words], { encoding: "utf8", stdio: "pipe" });
  return {
    log: () => log,
    exited,
    /** As Kubernetes ends a pod. */
    stop: async () => {
      act("kill", name, "TERM");
      await exited;
    },
    /** All of its processes, by their ids on the machine. */
    processes: (): ProcessRow[] => {
      const pids = JSON.parse(act("ps", "--format", "json", name)) as number[];
      return execFileSync("ps", ["-o", "pid=,times=,rss=,args=", "-p", pids.join(",")], {
        encoding: "utf8",
      })
        .trim()
        .split("\n")
        .map((line) => {
          const [, pid = "", cpu = "", rss = "", command = ""] =
            /^ *(\d+) +(\d+) +(\d+) (.*)$/.exec(line) ?? [];
          const residentMiB = Math.round(Number(rss) / 1024);
          return { pid: Number(pid), cpuSeconds: Number(cpu), residentMiB, command };
        });
    },
    close: async () => {
      try {
        act("kill", name, "KILL");
      } catch {
        // It has ended by itself.
      }
      await exited;
      try {
        act("delete", "--force", name);
      } catch {
        // `run` has deleted it.
      }
      rmSync(bundle, { recursive: true, force: true });
    },
  };
}

export interface WebRecorderOptions {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workSize?: string;
}

/** On a machine that others use as well, a recorder of tests of other matters takes pages however far it is off. */
const anyBounds = {
  PAGE_MOST_OFFSET_MS: "300",
  PAGE_MOST_SPREAD_MS: "300",
  PAGE_LEAST_PICTURES_PERCENT: "1",
};

/** The recorder of pages as its pod has it. */
export async function startWebRecorder(
  workerUrl: string,
  proxyUrl: string,
  { name = "web-recorder-0", env = {}, workSize }: WebRecorderOptions = {},
) {
  const folder = newFolder();
  const ticket = join(folder, "ticket");
  writeFileSync(ticket, recorderTicket(adminSecret, name));
  chownSync(ticket, uid, uid);
  const container = await startWebContainer({
    command: ["catatonit", "--", "node", "egress/main.ts"],
    files: { "/tmp/recorder-ticket": ticket },
    ...(workSize !== undefined && { workSize }),
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ...{ HOME: "/tmp", LANG: "C.UTF-8" },
      WORKER_API_URL: workerUrl,
      POD_NAME: name,
      RECORDER_TICKET_FILE: "/tmp/recorder-ticket",
      ...{ POD_WORKERS: "1", SOURCE_KINDS: "web", SOURCE_PROXY: proxyUrl },
      ...{ HEALTH_PORT: "0", ...anyBounds },
      ...env,
    },
  });
  return {
    ...container,
    /** It asks for pages. */
    ready: () =>
      until(
        () => `a recorder that takes pages; it said ${container.log()}`,
        () => container.log().includes("taking recordings"),
        180_000,
      ),
    close: async () => {
      await container.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type WebRecorder = Awaited<ReturnType<typeof startWebRecorder>>;
