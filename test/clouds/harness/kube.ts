import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

interface Meta {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

export interface Pod {
  readonly metadata: Meta & {
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly {
      readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
    }[];
  };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

export interface KubeNode {
  readonly metadata: Meta;
  readonly spec: {
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
    readonly unschedulable?: boolean;
  };
  readonly status: {
    readonly capacity: Readonly<Record<string, string>>;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** An answer of kubectl: what it said, and whether it was a yes. */
export interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

export interface KubeOptions {
  readonly program: string;
  readonly kubeconfig: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The cluster as its owner sees it: kubectl, with the kubeconfig that the stack gives out. */
export class Kube {
  readonly #options: KubeOptions;

  constructor(options: KubeOptions) {
    this.#options = options;
  }

  /** Runs kubectl, with `input` on its standard input. */
  async ask(args: readonly string[], input = ""): Promise<Answer> {
    const { program, kubeconfig, env } = this.#options;
    const own = { KUBECONFIG: kubeconfig, KUBECACHEDIR: join(dirname(kubeconfig), "kubectl") };
    const options = { env: { ...env, ...own }, maxBuffer: 64 * 2 ** 20 };
    const running = execute(program, args, options);
    running.child.stdin?.end(input);
    try {
      const { stdout } = await running;
      return { ok: true, text: stdout };
    } catch (error) {
      const { stderr = String(error) } = error as { stderr?: string };
      return { ok: false, text: stderr };
    }
  }

  async must(args: readonly string[], input?: string): Promise<string> {
    const { ok, text } = await this.ask(args, input);
    if (!ok) throw new Error(`kubectl ${args.join(" ")}: ${text}`);
    return text;
  }

  async list<T>(kind: string, ...args: string[]): Promise<T[]> {
    const scope = args.includes("--namespace") ? [] : ["--all-namespaces"];
    const text = await this.must(["get", kind, "--output=json", ...scope, ...args]);
    return (JSON.parse(text) as { items: T[] }).items;
  }

  pods(...args: string[]): Promise<Pod[]> {
    return this.list<Pod>("pods", ...args);
  }

  nodes(...args: string[]): Promise<KubeNode[]> {
    return this.list<KubeNode>("nodes", ...args);
  }

  async apply(...objects: readonly object[]): Promise<Answer> {
    const list = { apiVersion: "v1", kind: "List", items: objects };
    return this.ask(["apply", "--server-side", "--filename=-"], JSON.stringify(list));
  }

  /** Asks for an eviction, as a drain and the autoscaler do: budgets are respected. */
  async evict({ namespace, name }: Pick<Meta, "namespace" | "name">): Promise<Answer> {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    const body = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace },
    };
    return this.ask(["create", `--raw=${path}`, "--filename=-"], JSON.stringify(body));
  }
}

/** Asks again and again until there is no objection; throws with the last one when time is up. */
export async function eventually(
  what: string,
  seconds: number,
  objection: () => Promise<string | undefined>,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const said = await objection();
    if (said === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${seconds.toString()} s: ${said}`);
    }
    await sleep(500);
  }
}
