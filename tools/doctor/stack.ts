import { existsSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { exec } from "../exec.ts";
import { parseAs } from "../parse.ts";
import { binFolder } from "../paths.ts";
import { ApiReport, reportScript } from "./api-report.ts";
import { kinds, type Item, type Kind, type Pod } from "./kubernetes.ts";

const List = Type.Object({ items: Type.Array(Type.Unknown()) });
const timeoutMs = 30_000;

export interface Access {
  /** Options of every kubectl command: `--kubeconfig`, `--context`, `--cache-dir`. */
  readonly flags: readonly string[];
  /** The stack is that of this clone, on this machine. */
  readonly isLocal: boolean;
}

/** The client of the embedded node where this clone has built it; it speaks to other clusters as well. */
function kubectlCommand(): string {
  const own = join(binFolder, "kubectl");
  return existsSync(own) ? own : "kubectl";
}

/** A running stack, as its checks read it. What several of them need is read once. */
export class Stack {
  readonly isLocal: boolean;
  readonly #flags: readonly string[];
  readonly #known = new Map<string, Promise<string>>();

  constructor({ flags, isLocal }: Access) {
    this.#flags = flags;
    this.isLocal = isLocal;
  }

  /** A command of kubectl, for whoever runs it by itself. */
  command(args: readonly string[]): { command: string; args: string[] } {
    return { command: kubectlCommand(), args: [...this.#flags, ...args] };
  }

  kubectl(args: readonly string[]): Promise<string> {
    const own = this.command(args);
    return exec(own.command, own.args, { timeoutMs });
  }

  /** All objects of a kind, in all namespaces. */
  async list<K extends Kind>(kind: K): Promise<Item<K>[]> {
    const text = await this.#read(["get", kind, "--all-namespaces", "--output", "json"]);
    const { items } = parseAs(List, JSON.parse(text), `The list of ${kind}`);
    return items.map((item) => kinds[kind](item, `One of ${kind}`));
  }

  /** Pods of the platform, and those of the cluster's own services. */
  async pods(): Promise<Pod[]> {
    const all = await this.list("pods");
    return all.filter(
      ({ metadata }) =>
        metadata.labels?.["app.kubernetes.io/part-of"] === "framewright" ||
        metadata.namespace === "kube-system",
    );
  }

  /** Ready pods of an app of ours. */
  async readyPods(app: string): Promise<Pod[]> {
    const pods = await this.pods();
    return pods.filter(
      ({ metadata, status }) =>
        metadata.labels?.["app.kubernetes.io/name"] === app &&
        metadata.deletionTimestamp === undefined &&
        status.phase === "Running",
    );
  }

  inPod({ metadata }: Pod, command: readonly string[]): Promise<string> {
    const { namespace = "default", name } = metadata;
    return this.#read(["exec", "--namespace", namespace, name, "--", ...command]);
  }

  /** What each replica of the API says of itself. */
  async reports(): Promise<ApiReport[]> {
    const pods = await this.readyPods("api");
    if (pods.length === 0) throw new Error("no pod of the API runs that could be asked");
    const asked = pods.slice(0, 5).map(async (pod) => {
      const text = await this.inPod(pod, ["node", "--input-type=module", "-e", reportScript]);
      return parseAs(ApiReport, JSON.parse(text), `The report of ${pod.metadata.name}`);
    });
    return Promise.all(asked);
  }

  /** Each command once, whoever asks. */
  #read(args: readonly string[]): Promise<string> {
    const name = args.join(" ");
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const reading = this.kubectl(args);
    this.#known.set(name, reading);
    return reading;
  }
}
