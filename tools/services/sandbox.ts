import { spawn, type ChildProcess } from "node:child_process";
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { environmentWith, path as machinePath } from "../env.ts";
import { asNamespaceUser, isRoot } from "../user-namespace.ts";

/** uid and gid of every image. */
export const user = 10001;

const chrootUser = isRoot ? `--userspec=${user}:${user} --groups=` : "";

export interface SandboxArgs {
  /** Folder of this service: gets data/, conf/ and log. */
  readonly folder: string;
  /** Unpacked root file system of its image; mounted read-only. */
  readonly root: string;
  readonly command: readonly string[];
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folder inside the image that conf/ is mounted at. */
  readonly confAt?: string;
}

/**
 * Runs as process 1 of its own mount, process and IPC namespaces, so mounts, children and shared memory end
 * with it. It stays root and waits: the kernel forgets "end with your parent" for a process that changes user.
 * $1 root, $2 folder of the service, $3 where its conf/ goes or "-"; then the command.
 */
const script = `
set -eu
root=$1 folder=$2 conf=$3
shift 3
mkdir -p "$folder/mount"
mount --bind "$root" "$folder/mount"
mount -o remount,bind,ro "$folder/mount"
cd "$folder/mount"
mount --rbind /dev dev
mount -t tmpfs tmpfs dev/shm
mount -t proc proc proc
mount -t tmpfs -o mode=1777 tmpfs tmp
mount --bind "$folder/data" data
mount --bind /etc/hosts etc/hosts
if [ "$conf" != - ]; then mount --bind "$folder/conf" "./$conf"; fi
chroot ${chrootUser} . "$@" &
wait $!
`;

function childOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? undefined : Number(children.split(" ")[0]);
}

function killIfThere(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(pid, signal);
}

/** One service from an image's root file system, as a real process on this machine's loopback. */
export class Sandbox {
  private readonly args: SandboxArgs;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();

  constructor(args: SandboxArgs) {
    this.args = args;
    mkdirSync(join(args.folder, "conf"), { recursive: true });
    this.makeData();
  }

  get data(): string {
    return join(this.args.folder, "data");
  }

  private makeData(): void {
    mkdirSync(this.data, { recursive: true, mode: 0o750 });
    if (isRoot) chownSync(this.data, user, user);
  }

  get isRunning(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  /** Of the command itself, once it runs. */
  get pid(): number | undefined {
    return this.innerPids()[1];
  }

  start(): void {
    if (this.isRunning) return;
    const { root, folder, confAt, command, env, path } = this.args;
    const log = openSync(join(folder, "log"), "a");
    const variables = { PATH: path, HOME: "/tmp", LANG: "C.UTF-8", ...env };
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const [first = "", ...rest] = [
      ...["setpriv", "--pdeathsig", "KILL"],
      ...["unshare", ...asNamespaceUser(user), "--mount", "--propagation", "private", "--ipc"],
      ...["--pid", "--fork", "--kill-child=KILL"],
      ...["sh", "-c", script, "sandbox", root, folder, confAt ?? "-"],
      ...["/usr/bin/env", "-i", ...assignments, ...command],
    ];
    // In a session of its own: Ctrl-C at the terminal reaches whoever started it, and not the service as well.
    const child = spawn(first, rest, {
      stdio: ["ignore", log, log],
      detached: true,
      // chroot is not on everybody's path.
      env: environmentWith({ PATH: `${machinePath}:/usr/sbin:/sbin` }),
    });
    closeSync(log);
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once("exit", () => {
        resolve();
      });
      child.once("error", () => {
        resolve();
      });
    });
  }

  /** Waits until the command has ended by itself; throws with its last lines when it did not succeed. */
  async finish(): Promise<void> {
    await this.ended;
    if (this.child?.exitCode === 0) return;
    const ending = String(this.child?.exitCode ?? this.child?.signalCode);
    throw new Error(`${this.args.command.join(" ")} ended with ${ending}:\n${this.lastLogLines()}`);
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    // The outer process ends when process 1 inside has, and with that everything; before there is a 1, it can go.
    killIfThere(this.innerPids()[0] ?? this.outerPid(), "SIGKILL");
    await this.ended;
  }

  /** Asks the service to end and waits; ends it at once after 20 s. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    killIfThere(this.innerPids()[1], signal);
    const hardStop = setTimeout(() => void this.kill(), 20_000);
    await this.ended;
    clearTimeout(hardStop);
  }

  private outerPid(): number | undefined {
    return this.isRunning ? this.child?.pid : undefined;
  }

  /** Process 1 of the namespaces and the service that it waits for, as far as they are there. */
  private innerPids(): number[] {
    const outer = this.outerPid();
    const first = outer === undefined ? undefined : childOf(outer);
    const second = first === undefined ? undefined : childOf(first);
    return [first, second].filter((pid) => pid !== undefined);
  }

  /** The command that runs another one beside the service, in its file system and as its user. */
  beside(): string[] {
    const service = this.innerPids()[1];
    if (service === undefined) throw new Error(`no service runs in ${this.args.folder}`);
    const asUser = isRoot
      ? [`--setuid=${user}`, `--setgid=${user}`]
      : ["--user", "--preserve-credentials"];
    const namespaces = ["--mount", "--pid", "--ipc", "--root", "--wd"];
    return ["nsenter", `--target=${service}`, ...asUser, ...namespaces, "--"];
  }

  /** Deletes its data; only while it is down. */
  wipe(): void {
    rmSync(this.data, { recursive: true, force: true });
    this.makeData();
  }

  lastLogLines(count = 20): string {
    return readFileSync(join(this.args.folder, "log"), "utf8")
      .trimEnd()
      .split("\n")
      .slice(-count)
      .join("\n");
  }
}
