import { makesCluster, when, type Rule } from "./rule.ts";

/** The cluster that is already there. */

export const nodePortsDiffer: Rule = ({ local: { ports } }) => {
  const taken = new Map<number, string>();
  return Object.entries(ports).flatMap(([name, port]) => {
    const other = taken.get(port);
    taken.set(port, other ?? name);
    return other === undefined
      ? []
      : [
          {
            path: `local.ports.${name}`,
            problem: `must differ from local.ports.${other} (both are ${port})`,
            remedy: "choose another port from 30000 to 32767",
          },
        ];
  });
};

export const localKeepsItsLogs: Rule = (config) =>
  when(!makesCluster(config) && config.logs.enabled && config.logs.kind === "cloud", () => ({
    path: "logs.kind",
    problem: 'must be own where cloud is "local" (it is cloud)',
    remedy: "set it to own, or logs.enabled to false where an agent of yours collects the logs",
  }));

/** Debian's containerd 1 and runc 1.1, which the node runs, cannot; Kubernetes would not start the pods. */
export const embeddedNodeHasOneUserNamespace: Rule = (config) =>
  when(
    !makesCluster(config) &&
      config.local.kubeconfig === undefined &&
      config.userNamespaces === "on",
    () => ({
      path: "userNamespaces",
      problem:
        'must be auto or off on the embedded node (it is "on"), whose containerd is older than 2.0',
      remedy: "remove it, or set local.kubeconfig to use your own cluster",
    }),
  );

/** Your own cluster has no defaults: the context, the images and the volumes must be named. */
export const ownClusterIsComplete: Rule = ({ local }) => {
  const needed = ["context", "registry", "imageTag", "storageClass"] as const;
  if (local.kubeconfig !== undefined) {
    return needed
      .filter((key) => local[key] === undefined)
      .map((key) => ({
        path: `local.${key}`,
        problem: `is missing, and local.kubeconfig names your own cluster (${local.kubeconfig ?? ""})`,
        remedy: `set local.${key}, or remove local.kubeconfig to use the embedded node`,
      }));
  }
  return needed
    .filter((key) => local[key] !== undefined)
    .map((key) => ({
      path: `local.${key}`,
      problem: `is set (${local[key] ?? ""}), but local.kubeconfig is not`,
      remedy: "set local.kubeconfig to use your own cluster, or remove it",
    }));
};

/** The owner of an existing cluster makes its nodes, so pools would have no effect. */
export const localHasNoPools: Rule = (config) =>
  when(!makesCluster(config) && config.gpu.pools !== undefined, () => ({
    path: "gpu.pools",
    problem: `is set (${config.gpu.pools?.length ?? 0} pools), and cloud is "local"`,
    remedy: "remove it: stacks create nodes only on gke and eks",
  }));

/** Clients at a port of its own would have to know an authority that is for programs of the stack. */
export const storeByTlsHasTheEdge: Rule = (config) => {
  const { objectStore, edge } = config;
  return when(!makesCluster(config) && objectStore.tls === "required" && !edge.enabled, () => ({
    path: "objectStore.tls",
    problem: "must be none where clients reach the store without the edge (edge.enabled is false)",
    remedy: "set edge.enabled to true as well, or remove it",
  }));
};
