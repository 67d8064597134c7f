import { randomUUID } from "node:crypto";
import { textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row } from "../kit/row.ts";
import type { CloudStore, Entry } from "../kit/store.ts";
import { arn, hex, placeOf } from "./place.ts";
import { addOnVersions } from "./published.ts";
import { hasOpenNodes } from "./simulated-cluster.ts";
import { jsonProblems, mismatch } from "./rules.ts";
import * as types from "./types.ts";

/** All of these go with their cluster. */
const ofCluster = { field: "clusterName", type: types.cluster, onDelete: "vanish" } as const;

function text(inputs: JsonObject, key: string): string {
  return textAt(inputs, key) ?? "";
}

function stamped(): JsonObject {
  const now = new Date().toISOString();
  return { createdAt: now, modifiedAt: now };
}

/** Add-ons with Deployments: they are healthy when a node runs their pods. */
const needNodes = [
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "coredns",
  "metrics-server",
  "snapshot-controller",
];

/** The real provider waits for 20 minutes, and then says this. */
async function assertNodes(entry: Entry, store: CloudStore): Promise<void> {
  if (!needNodes.includes(text(entry.outputs, "addonName"))) return;
  const cluster = store.find(types.cluster, text(entry.outputs, "clusterName"));
  if (cluster !== undefined && (await hasOpenNodes(cluster, store))) return;
  throw new Error(
    `waiting for EKS Add-On (${entry.id}) create: timeout while waiting for state to become 'ACTIVE' (last state: 'DEGRADED'): InsufficientNumberOfReplicas: The add-on is unhealthy because it doesn't have the desired number of replicas.`,
  );
}

async function healthy(entry: Entry, store: CloudStore): Promise<JsonObject> {
  await assertNodes(entry, store);
  return {};
}

/** The version of the cluster that an add-on or a node group is of. */
export function clusterVersion({ inputs, store }: Pick<Draft, "inputs" | "store">): string {
  const cluster = store.find(types.cluster, text(inputs, "clusterName"));
  return textAt(cluster?.outputs, "version") ?? "";
}

function versionsFor(draft: Pick<Draft, "inputs" | "store">): string[] {
  return addOnVersions(text(draft.inputs, "addonName"), clusterVersion(draft), draft.store.folder);
}

/** EKS takes a version that it has for the cluster's Kubernetes; what it installed before stays. */
function addonRefusal(draft: Draft): string | undefined {
  const versions = versionsFor(draft);
  const name = text(draft.inputs, "addonName");
  if (versions.length === 0) {
    return `InvalidParameterException: Addon ${name} specified is not supported`;
  }
  const wanted = textAt(draft.inputs, "addonVersion");
  if (wanted === undefined || versions.includes(wanted)) return undefined;
  if (wanted === textAt(draft.old, "addonVersion")) return undefined;
  return `InvalidParameterException: Addon version specified is not supported: ${name} ${wanted}`;
}

const addon: Row = {
  id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "addonName")}`,
  name: ({ inputs }) => text(inputs, "addonName"),
  replaces: ["addonName", "clusterName", "region"],
  problems: (inputs) => [
    ...jsonProblems(inputs, "configurationValues", 100_000),
    ...mismatch(inputs, "addonVersion", {
      pattern: /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
      reason: "is no version of an add-on, as v1.2.3-eksbuild.4",
    }),
  ],
  uses: [
    ofCluster,
    { field: "serviceAccountRoleArn", type: types.role, onDelete: "nothing" },
    { field: "podIdentityAssociations.*.roleArn", type: types.role, onDelete: "nothing" },
  ],
  refuses: addonRefusal,
  outputs: (shaped) => {
    const path = `addon/${text(shaped.inputs, "clusterName")}/${shaped.name}`;
    return { arn: arn(placeOf(shaped), "eks", path) };
  },
  // Without a version it is EKS's own choice on that day, and stays that.
  made: (shaped) => ({
    ...stamped(),
    ...(shaped.inputs["addonVersion"] === undefined
      ? { addonVersion: versionsFor(shaped)[0] ?? "" }
      : {}),
  }),
  onCreate: healthy,
  onUpdate: healthy,
};

/** Pod Identity takes on the role in the pod's name, and tags the session. */
function trustRefusal({ inputs, store }: Draft): string | undefined {
  const role = store.referred(types.role, text(inputs, "roleArn"));
  const trust = textAt(role?.outputs, "assumeRolePolicy") ?? "";
  if (["pods.eks.amazonaws.com", "sts:TagSession"].every((part) => trust.includes(part))) {
    return undefined;
  }
  return `InvalidParameterException: Trust policy of role ${text(inputs, "roleArn")} does not let pods.eks.amazonaws.com call sts:AssumeRole and sts:TagSession`;
}

const podIdentityType = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

function twinRefusal({ inputs, store, old }: Draft): string | undefined {
  const keys = ["clusterName", "namespace", "serviceAccount"];
  const twin = store
    .list(podIdentityType)
    .find(({ outputs }) => keys.every((key) => outputs[key] === inputs[key]));
  if (old !== undefined || twin === undefined) return undefined;
  return `ResourceInUseException: Association already exists: ${twin.id}`;
}

const podIdentity: Row = {
  id: () => `a-${hex(17)}`,
  replaces: ["clusterName", "namespace", "region", "serviceAccount"],
  defaults: { disableSessionTags: false },
  uses: [ofCluster, { field: "roleArn", type: types.role, onDelete: "nothing" }],
  refuses: (draft) => twinRefusal(draft) ?? trustRefusal(draft),
  outputs: (shaped) => {
    const path = `podidentityassociation/${text(shaped.inputs, "clusterName")}/${shaped.id}`;
    return { associationId: shaped.id, associationArn: arn(placeOf(shaped), "eks", path) };
  },
  made: () => ({ externalId: "" }),
};

const access: Row = {
  id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "principalArn")}`,
  name: ({ inputs }) => text(inputs, "principalArn"),
  replaces: ["clusterName", "principalArn", "region", "type"],
  defaults: (inputs) => ({ type: "STANDARD", userName: text(inputs, "principalArn") }),
  uses: [ofCluster],
  made: (shaped) => {
    const principal = shaped.name.split(":").slice(-1)[0] ?? "";
    const path = `access-entry/${text(shaped.inputs, "clusterName")}/${principal}/${randomUUID()}`;
    return {
      accessEntryArn: arn(placeOf(shaped), "eks", path),
      kubernetesGroups: [],
      ...stamped(),
    };
  },
};

const accessPolicies = ["ClusterAdmin", "Admin", "AdminView", "Edit", "View"].map(
  (name) => `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`,
);

function accessRefusal({ inputs, store }: Draft): string | undefined {
  const policy = text(inputs, "policyArn");
  if (!accessPolicies.includes(policy)) {
    return `InvalidParameterException: The policyArn parameter format is not valid: ${policy}`;
  }
  const entry = `${text(inputs, "clusterName")}:${text(inputs, "principalArn")}`;
  if (store.find(types.accessEntry, entry) !== undefined) return undefined;
  return `ResourceNotFoundException: The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`;
}

const accessPolicy: Row = {
  id: ({ inputs }) =>
    ["clusterName", "principalArn", "policyArn"].map((key) => text(inputs, key)).join("#"),
  replaces: ["accessScope", "clusterName", "policyArn", "principalArn", "region"],
  uses: [ofCluster],
  refuses: accessRefusal,
  made: () => {
    const now = new Date().toISOString();
    return { associatedAt: now, modifiedAt: now };
  },
};

export const eksPartRows: readonly (readonly [string, Row])[] = [
  ["aws:eks/addon:Addon", addon],
  [podIdentityType, podIdentity],
  [types.accessEntry, access],
  ["aws:eks/accessPolicyAssociation:AccessPolicyAssociation", accessPolicy],
];
