import { Type } from "typebox";
import { parseAs } from "../parse.ts";
import type { Kubectl } from "../restore/kubectl.ts";

/** Whether a cluster can make Secrets of what a store of its owner's has (`secrets.source: external-secrets`). */

const kind = "externalsecrets.external-secrets.io";
const stores = "clustersecretstores.external-secrets.io";
/** The version of our objects. */
const version = "v1";
const install = "docs/secrets.md says how to install it";

const Definition = Type.Object({
  spec: Type.Object({
    versions: Type.Array(Type.Object({ name: Type.String(), served: Type.Boolean() })),
  }),
});

const Store = Type.Object({
  metadata: Type.Object({ name: Type.String() }),
  status: Type.Optional(
    Type.Object({
      conditions: Type.Optional(
        Type.Array(
          Type.Object({
            type: Type.String(),
            status: Type.String(),
            reason: Type.Optional(Type.String()),
            message: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  ),
});
const Stores = Type.Object({ items: Type.Array(Store) });

async function operatorProblem(kubectl: Kubectl): Promise<string | undefined> {
  const text = await kubectl(["get", "crd", kind, "--ignore-not-found", "--output", "json"]);
  if (text.trim() === "") {
    return `the cluster has no kind ExternalSecret, and secrets.source is external-secrets: ${install}`;
  }
  const { spec } = parseAs(Definition, JSON.parse(text), kind);
  const served = spec.versions.filter((one) => one.served).map(({ name }) => name);
  if (served.includes(version)) return undefined;
  return `the cluster's External Secrets Operator serves ${served.join(", ")} and not ${version}: bring it to 0.16 or later; ${install}`;
}

/** Why programs would wait for their Secrets, with what to do; none where they would not. */
export async function secretStoreProblems(name: string, kubectl: Kubectl): Promise<string[]> {
  const operator = await operatorProblem(kubectl);
  if (operator !== undefined) return [operator];
  const text = await kubectl(["get", stores, "--output", "json"]);
  const { items } = parseAs(Stores, JSON.parse(text), stores);
  const store = items.find(({ metadata }) => metadata.name === name);
  if (store === undefined) {
    const others = items.map(({ metadata }) => metadata.name).join(", ");
    return [
      `the cluster has no ClusterSecretStore ${name} (secrets.store); it has ${others === "" ? "none" : others}: make it, or name another one`,
    ];
  }
  const ready = store.status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return [];
  const why = ready?.message ?? ready?.reason ?? "it has no condition Ready yet";
  return [
    `the ClusterSecretStore ${name} (secrets.store) is not ready: ${why}. Look at its provider and at what the operator may read: kubectl describe clustersecretstore ${name}`,
  ];
}
