import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { own, root } from "../../../tools/paths.ts";
import { providerEnvironment } from "../../../tools/provider-command.ts";
import { installPlugins, standInBin } from "../../../tools/policy/stand-in-plugins.ts";
import { publicRoots } from "../../standins/gcp/simulated-cluster.ts";
import { binaries } from "../../support/control-plane.ts";
import { startAccount, type Account } from "./account.ts";
import { Checkout } from "./checkout.ts";
import { KeyService } from "./key-service.ts";
import { Kube } from "./kube.ts";
import { endAll, processesOf } from "./processes.ts";
import { layProject } from "./project.ts";
import { Pulumi } from "./pulumi.ts";
import { StackFile } from "./stack-file.ts";
import { stacks, type StackName, type StackSource } from "./stacks.ts";
import { CloudView } from "./store.ts";

const prefix = "framewright-cloud-";

/** Ends what a killed test run left behind: clusters outlive the command that started them. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const [owner = ""] = name.slice(prefix.length).split("-");
    if (existsSync(`/proc/${owner}`)) continue;
    await endAll(() => processesOf(folder));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A project before its stack is initialised. */
interface Laid {
  readonly file: StackFile;
  readonly keys: KeyService | undefined;
  readonly account: Account;
}

/** A simulated cloud with one stack of the real program on it. */
export class Cloud {
  readonly name: StackName;
  readonly source: StackSource;
  readonly folder: string;
  readonly view: CloudView;
  readonly file: StackFile;
  readonly pulumi: Pulumi;
  readonly #env: Readonly<Record<string, string>>;
  readonly #keys: KeyService | undefined;
  readonly #account: Account;
  #checkout: Checkout | undefined;

  private constructor(name: StackName, folder: string, laid: Laid) {
    const { file, keys, account } = laid;
    this.name = name;
    this.folder = folder;
    this.source = stacks[name];
    this.file = file;
    this.#keys = keys;
    this.#account = account;
    this.view = new CloudView(join(folder, "cloud"));
    for (const part of ["state", "home", "cloud"]) mkdirSync(join(folder, part));
    const pulumiHome = join(folder, "pulumi");
    installPlugins(pulumiHome, binaries());
    this.#env = { ...environment(folder, pulumiHome, this.view.folder), ...sealing(keys) };
    const program = join(binaries(), "pulumi");
    this.pulumi = new Pulumi({ program, cwd: join(folder, "project"), env: this.#env });
  }

  /** A new, empty cloud, and a stack that was initialised and never brought up. */
  static async open(name: StackName): Promise<Cloud> {
    await sweep();
    const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid.toString()}-`));
    const file = new StackFile(layProject(join(folder, "project"), stacks[name]));
    const provider = file.secretsProvider;
    const keys =
      provider?.startsWith("awskms:") === true ? await KeyService.of(provider) : undefined;
    const account = await startAccount(stacks[name].cloud, file);
    const cloud = new Cloud(name, folder, { file, keys, account });
    try {
      const sealed = keys === undefined ? [] : [`--secrets-provider=${provider ?? ""}`];
      await cloud.pulumi.must("stack", "init", cloud.source.stack, ...sealed);
      return cloud;
    } catch (error) {
      await cloud.dispose();
      throw error;
    }
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const text = await this.pulumi.must("stack", "output", "--json", "--show-secrets");
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** The stack's cluster, reached with the kubeconfig among its outputs. */
  async kube(): Promise<Kube> {
    const { kubeconfig } = await this.outputs();
    const file = join(this.folder, "kubeconfig");
    const text = typeof kubeconfig === "string" ? kubeconfig : JSON.stringify(kubeconfig);
    writeFileSync(file, text, { mode: 0o600 });
    return new Kube({ program: join(binaries(), "kubectl"), kubeconfig: file, env: this.#env });
  }

  /** Changes with the backend, and with anything that Pulumi has made; not with what a cluster does by itself. */
  fingerprint(): string {
    const hash = createHash("sha256");
    const folder = join(this.folder, "state");
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    for (const file of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
      hash.update(`${file}\n`).update(readFileSync(file));
    }
    const made = this.view.resources().filter(({ type }) => type.includes(":"));
    const text = made.map(({ id, inputs }) => JSON.stringify([id, inputs]));
    return hash.update(text.sort().join("\n")).digest("hex");
  }

  /** Where a job runs the clone's own commands on this stack. */
  checkout(): Checkout {
    const folder = join(this.folder, "checkout");
    const stackFile = join(this.folder, "project", `Pulumi.${this.source.stack}.yaml`);
    const { stack } = this.source;
    this.#checkout ??= new Checkout({
      folder,
      stackFile,
      stack,
      env: { ...this.#env, ...this.#account.env },
    });
    return this.#checkout;
  }

  /** Processes of this cloud that still run: its clusters. */
  processes(): number[] {
    return processesOf(this.folder);
  }

  /** Leaves nothing, whatever happened before. */
  async dispose(): Promise<void> {
    await endAll(() => this.processes());
    this.#keys?.stop();
    this.#account.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** How a stack's secrets are sealed: as its file says where that can be stood in for, or else with a passphrase. */
function sealing(keys: KeyService | undefined): Readonly<Record<string, string>> {
  return keys?.env ?? { PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple" };
}

/** All that commands know of this machine; above all, no credentials of any cloud. */
function environment(
  folder: string,
  pulumiHome: string,
  cloudFolder: string,
): Readonly<Record<string, string>> {
  return {
    HOME: join(folder, "home"),
    PATH: [standInBin, join(root, "node_modules/.bin"), binaries(), "/usr/bin", "/bin"].join(":"),
    FRAMEWRIGHT_CLOUD: cloudFolder,
    // Of Go programs; where the file is not there, the machine's own certificates count.
    SSL_CERT_FILE: publicRoots(cloudFolder),
    FRAMEWRIGHT_BIN: binaries(),
    PULUMI_HOME: pulumiHome,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    ...providerEnvironment,
    // Much of a command that changes nothing is loading the SDKs.
    NODE_COMPILE_CACHE: join(own, "compile-cache"),
  };
}
