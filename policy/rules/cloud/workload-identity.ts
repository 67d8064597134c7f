import { cisGke } from "../../kit/frameworks.ts";
import { at, textAt } from "../../kit/json.ts";
import { demandRule, exactly, given, type Demand } from "./demands.ts";

const ownAccount = given(
  "nodeConfig.serviceAccount",
  "gives its nodes Google's default account, which may edit the whole project",
);

const notDefault: Demand = {
  path: "nodeConfig.serviceAccount",
  holds: (value) => typeof value !== "string" || !/^(default$|.*-compute@developer\.)/.test(value),
  problem: "gives its nodes Google's default account by name",
  mayBeUnknown: true,
};

const nodes = [
  exactly(
    "nodeConfig.workloadMetadataConfig.mode",
    "GKE_METADATA",
    "shows pods the identity of their node",
  ),
  exactly(
    "nodeConfig.metadata.disable-legacy-endpoints",
    "true",
    "answers requests for metadata that a page can be talked into",
  ),
  ownAccount,
  notDefault,
];

export const workloadIdentity = demandRule({
  name: "workload-identity",
  title: "Pods have identities of their own, never their node's",
  why: "Every pod on a node that shows its own identity may do what the node may: read images, write logs, and with Google's default account change the project.",
  fix: "set workloadIdentityConfig.workloadPool of the cluster, and of every nodeConfig workloadMetadataConfig.mode GKE_METADATA, a serviceAccount of its own and metadata disable-legacy-endpoints",
  severity: "critical",
  frameworks: [
    cisGke("Dedicated GCP Service Accounts and Workload Identity"),
    cisGke("Clusters not running using the Compute Engine default service account"),
  ],
  demands: {
    "gcp:container/cluster:Cluster": [
      {
        path: "",
        holds: (cluster: unknown) =>
          at(cluster, "enableAutopilot") === true ||
          (textAt(cluster, "workloadIdentityConfig", "workloadPool") ?? "").endsWith(
            ".svc.id.goog",
          ),
        problem: "gives its pods no identities",
        // The project may be made in the same program.
        mayBeUnknown: true,
      },
      ...nodes,
    ],
    "gcp:container/nodePool:NodePool": nodes,
  },
});
