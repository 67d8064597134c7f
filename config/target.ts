import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { inside, readText, type Found } from "./files.ts";
import type { LocalSection } from "./schema.ts";

/** The one cluster that stack `local` deploys to, found through the stack config. */
export interface LocalTarget {
  /** The kubeconfig's content; it holds credentials. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly storageClass: string;
  /** Name or address at which clients reach the node ports. */
  readonly host: string;
  /** Addresses of pods, in CIDR notation. */
  readonly podCidr: string;
  readonly dns: NameServer;
  /** Where the Kubernetes API listens, as pods reach it. */
  readonly kubernetesApi: { readonly cidr: string; readonly port: number };
  readonly images: ImageSource;
}

/** The pods that resolve names, in kube-system, and the port that they themselves listen on. */
export interface NameServer {
  readonly labels: Readonly<Record<string, string>>;
  readonly port: number;
}

export type ImageSource =
  | { readonly kind: "built"; readonly references: Readonly<Record<string, string>> }
  | { readonly kind: "registry"; readonly registry: string; readonly tag: string };

/** The embedded node's own network (tools/node), unless its descriptor says otherwise. */
const embedded = {
  podCidr: "10.217.0.0/24",
  dns: { labels: { "app.kubernetes.io/name": "coredns" }, port: 1053 },
  kubernetesApi: { cidr: "10.219.0.1/32", port: 6443 },
} as const;

/** What kubeadm, and so kind and most lab clusters, have. */
const usual = {
  host: "127.0.0.1",
  podCidr: "10.244.0.0/16",
  dns: { labels: { "k8s-app": "kube-dns" }, port: 53 },
} as const;

/** What the embedded node says of itself; unknown keys are for others. */
const NodeDescriptor = Type.Object({
  kubeconfig: Type.String({ minLength: 1 }),
  context: Type.String({ minLength: 1 }),
  storageClass: Type.String({ minLength: 1 }),
  host: Type.String({ minLength: 1 }),
  podCidr: Type.Optional(Type.String()),
  dns: Type.Optional(
    Type.Object({ labels: Type.Record(Type.String(), Type.String()), port: Type.Integer() }),
  ),
  images: Type.Record(Type.String(), Type.String()),
});

function parseDescriptor(path: string, text: string): Found<unknown> {
  try {
    return { ok: JSON.parse(text) };
  } catch (error) {
    const problem = `names ${path}, which is not JSON (${String(error)})`;
    return { problem: { path: "local.nodeFile", problem, remedy: restartNode } };
  }
}

const restartNode =
  "start the node with `npm run demo`, or name your own cluster with local.kubeconfig";

function readDescriptor(section: LocalSection, root: string): Found<Static<typeof NodeDescriptor>> {
  const path = inside(root, section.nodeFile);
  const text = readText(path, { path: "local.nodeFile", remedy: restartNode });
  if ("problem" in text) return text;
  const parsed = parseDescriptor(path, text.ok);
  if ("problem" in parsed) return parsed;
  if (Value.Check(NodeDescriptor, parsed.ok)) return { ok: parsed.ok };
  const faults = Value.Errors(NodeDescriptor, parsed.ok).map(({ instancePath, message }) =>
    `${instancePath} ${message}`.trim(),
  );
  const problem = `names ${path}, which is not a node descriptor: ${faults.join("; ")}`;
  return { problem: { path: "local.nodeFile", problem, remedy: restartNode } };
}

function embeddedNode(section: LocalSection, root: string): Found<LocalTarget> {
  const descriptor = readDescriptor(section, root);
  if ("problem" in descriptor) return descriptor;
  const { kubeconfig, context, storageClass, host, podCidr, dns, images } = descriptor.ok;
  const content = readText(inside(root, kubeconfig), {
    path: "local.nodeFile",
    remedy: restartNode,
  });
  if ("problem" in content) return content;
  return {
    ok: {
      kubeconfig: content.ok,
      context,
      storageClass,
      host: section.host ?? host,
      podCidr: section.podCidr ?? podCidr ?? embedded.podCidr,
      dns: dns ?? embedded.dns,
      kubernetesApi: embedded.kubernetesApi,
      images: { kind: "built", references: images },
    },
  };
}

function ownCluster(section: LocalSection, path: string, root: string): Found<LocalTarget> {
  const kubeconfig = readText(inside(root, path), {
    path: "local.kubeconfig",
    remedy: "name an existing kubeconfig, or remove local.kubeconfig to use the embedded node",
  });
  if ("problem" in kubeconfig) return kubeconfig;
  return {
    ok: {
      kubeconfig: kubeconfig.ok,
      // Absent ones are reported by the rule `ownClusterIsComplete`, which fails the load.
      context: section.context ?? "",
      storageClass: section.storageClass ?? "",
      host: section.host ?? usual.host,
      podCidr: section.podCidr ?? usual.podCidr,
      dns: usual.dns,
      kubernetesApi: section.kubernetesApi,
      images: {
        kind: "registry",
        registry: section.registry ?? "",
        tag: section.imageTag ?? "",
      },
    },
  };
}

/** Reads what the section names; relative paths start at the project's root. */
export function findTarget(section: LocalSection, root: string): Found<LocalTarget> {
  return section.kubeconfig === undefined
    ? embeddedNode(section, root)
    : ownCluster(section, section.kubeconfig, root);
}
