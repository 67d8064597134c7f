import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRegistry, type Registry } from "./registry.ts";

const root = join(import.meta.dirname, "../..");
const npm = ["--prefix", root, "run", "--silent"];

/** Folder of the binaries built from Go modules. */
export const bin = process.env["FRAMEWRIGHT_BIN"] ?? join(root, ".framewright/bin");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A folder with a registry, in which commands run as a release runs them; the machine's own images stay as they are. */
export class Release {
  readonly version = "1.2.3";
  readonly #folder: string;
  readonly #registry: Registry;
  readonly #environment: Environment;

  private constructor(folder: string, registry: Registry) {
    this.#folder = folder;
    this.#registry = registry;
    this.#environment = {
      ...process.env,
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      SSL_CERT_FILE: registry.certificates,
      CONTAINERS_STORAGE_CONF: this.file("storage.conf"),
      CONTAINERS_REGISTRIES_CONF: this.file("registries.conf"),
      REGISTRY_AUTH_FILE: this.file("auth.json"),
      BUILDAH_ISOLATION: "chroot", // a machine that only builds has no runc
      COSIGN_PASSWORD: "correct horse",
      TUF_ROOT: this.file("tuf"),
      SYFT_CACHE_DIR: this.file("syft"),
    };
  }

  static async start(): Promise<Release> {
    const folder = mkdtempSync(join(tmpdir(), "framewright-release-"));
    const file = (name: string): string => join(folder, name);
    mkdirSync(file("registry"));
    const storage = `graphroot = "${file("storage")}"\nrunroot = "${file("run")}"\n`;
    writeFileSync(file("storage.conf"), `[storage]\ndriver = "overlay"\n${storage}`);
    writeFileSync(file("auth.json"), "{}");
    const registry = await startRegistry(join(bin, "crane"), file("registry"));
    const mirror = `[[registry.mirror]]\nlocation = "${registry.host}"\n`;
    writeFileSync(file("registries.conf"), `[[registry]]\nlocation = "docker.io"\n${mirror}`);
    return new Release(folder, registry);
  }

  async stop(): Promise<void> {
    await this.#registry.stop();
    rmSync(this.#folder, { recursive: true });
  }

  file(...names: readonly string[]): string {
    return join(this.#folder, ...names);
  }

  read(...names: readonly string[]): string {
    return readFileSync(this.file(...names), "utf8");
  }

  /** What stands before `/api:` in a stack's images. */
  get registry(): string {
    return `${this.#registry.host}/framewright`;
  }

  tagged(image: string): string {
    return `${this.registry}/${image}:${this.version}`;
  }

  /** The references that `npm run images` has written down. */
  pushed(): readonly string[] {
    return this.read("images.txt").trim().split("\n");
  }

  run(program: string, args: readonly string[], more: Environment = {}): Promise<Ended> {
    const env = { ...this.#environment, ...more };
    const child = spawn(program, args, {
      cwd: this.#folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => {
        resolve({ status, stdout, stderr });
      });
    });
  }

  /** The standard output of a command that must end well. */
  async outputOf(program: string, args: readonly string[], more: Environment = {}) {
    const { status, stdout, stderr } = await this.run(program, args, more);
    if (status === 0) return stdout;
    const what = [program, ...args].join(" ");
    throw new Error(`${what} ended with ${String(status)}\n${stdout}\n${stderr}`);
  }

  /** buildah leaves a mount over its storage, which goes with the namespace. */
  #npmRun(script: string, args: readonly string[], more: Environment = {}): Promise<string> {
    return this.outputOf("unshare", ["--mount", "npm", ...npm, script, "--", ...args], more);
  }

  /** `npm run images` with any arguments. */
  build(...args: readonly string[]): Promise<string> {
    return this.#npmRun("images", args);
  }

  /** `list` is where it writes what it has pushed. */
  images(list: string, ...more: readonly string[]): Promise<string> {
    const push = ["--push", this.registry, "--tag", this.version];
    return this.build("--from-packages", ...push, "--pushed", this.file(list), ...more);
  }

  /** Puts an image that was built into the registry that stands for docker.io. */
  async serveAsDocker(image: string, name: string): Promise<void> {
    const to = `docker://${this.#registry.host}/${name}`;
    await this.outputOf("unshare", ["--mount", "buildah", "push", image, to]);
  }

  sign(more: readonly string[] = [], environment: Environment = {}): Promise<string> {
    const args = ["--pushed", this.file("images.txt"), "--sboms", this.file("sboms")];
    return this.#npmRun("sign", [...args, ...more], environment);
  }

  /** `npm run verify` by some signer. */
  verify(signer: readonly string[], environment: Environment = {}): Promise<Ended> {
    const args = ["--registry", this.registry, "--tag", this.version, ...signer];
    return this.run("npm", [...npm, "verify", "--", ...args], environment);
  }
}
