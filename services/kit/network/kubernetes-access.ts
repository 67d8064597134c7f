import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../../infra/cluster.ts";
import { metadata, type App } from "../app.ts";
import { openWay } from "./network.ts";

/** What may be done to objects of some kinds. */
export interface Right {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Unset: all objects of these kinds. */
  readonly resourceNames?: readonly string[];
}

export interface RightsArgs {
  readonly app: App;
  readonly namespaces: readonly string[];
  readonly rights: readonly Right[];
  /** What narrows the rights, and so has to be there before them and to go after them. */
  readonly after?: readonly pulumi.Resource[];
}

function rulesOf(rights: readonly Right[]) {
  return rights.map(({ apiGroups, resources, verbs, resourceNames }) => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    verbs: [...verbs],
    ...(resourceNames && { resourceNames: [...resourceNames] }),
  }));
}

/** Rights of an app's account in these namespaces, and in no other: a Role and its binding in each. */
export function grantIn(
  name: string,
  { app, namespaces, rights, after = [] }: RightsArgs,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  return namespaces.map((namespace) => {
    const place = { ...metadata(app), namespace };
    const role = new k8s.rbac.v1.Role(
      `${name}-${namespace}-role`,
      { metadata: place, rules: rulesOf(rights) },
      { parent, dependsOn: [...after] },
    );
    return new k8s.rbac.v1.RoleBinding(
      `${name}-${namespace}-binding`,
      {
        metadata: place,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: app.name },
        subjects: [{ kind: "ServiceAccount", name: app.name, namespace: app.namespace }],
      },
      { parent, dependsOn: [role] },
    );
  });
}

/** Rights of an app's account in all namespaces, for what Kubernetes grants in no other way. */
export function grantEverywhere(
  name: string,
  { app, rights }: Omit<RightsArgs, "namespaces" | "after">,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const { labels } = metadata(app);
  const place = { name: `framewright-${app.name}`, labels };
  const role = new k8s.rbac.v1.ClusterRole(
    `${name}-role`,
    { metadata: place, rules: rulesOf(rights) },
    { parent },
  );
  const binding = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-binding`,
    {
      metadata: place,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: place.name },
      subjects: [{ kind: "ServiceAccount", name: app.name, namespace: app.namespace }],
    },
    { parent, dependsOn: [role] },
  );
  return [role, binding];
}

/** Lets an app's pods connect to the Kubernetes API; what they may do there is a matter of rights. */
export function openToKubernetesApi(
  name: string,
  from: App,
  { kubernetesApi }: Pick<Cluster, "kubernetesApi">,
  parent: pulumi.Resource,
): void {
  openWay(`${name}-to-kubernetes`, { from, to: kubernetesApi }, { parent });
}
