import { cisAws, cisGke } from "../../kit/frameworks.ts";
import { type Demand, demandRule, guardRule, must, naming } from "./cloud-rule.ts";

const shielded = "nodeConfig.shieldedInstanceConfig";
const secureNodes = must({
  [`${shielded}.enableSecureBoot`]: true,
  [`${shielded}.enableIntegrityMonitoring`]: true,
});

/** EKS has nothing to set: AMIs that can boot securely do so by themselves. */
export const secureBoot = demandRule({
  name: "secure-boot",
  title: "Nodes of Google Cloud boot only what is signed, and tell what they booted",
  why: "Whoever gets root on a node once can put a driver or a kernel there that outlives every restart.",
  fix: "set shieldedInstanceConfig.enableSecureBoot and enableIntegrityMonitoring to true, and enableShieldedNodes of the cluster",
  severity: "high",
  frameworks: [cisGke("Shielded GKE Nodes, Secure Boot and Integrity Monitoring")],
  demands: {
    "gcp:container/cluster:Cluster": [...must({ enableShieldedNodes: true }), ...secureNodes],
    "gcp:container/nodePool:NodePool": secureNodes,
  },
});

const template = "aws:ec2/launchTemplate:LaunchTemplate";

export const imdsV2 = guardRule({
  name: "imds-v2",
  title: "The metadata service of AWS asks for a token, and answers nodes alone",
  why: "A pod, or a request that a server was talked into, reads the credentials of the whole node at that address.",
  fix: "set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1 in a LaunchTemplate of the program, and give node groups that template",
  severity: "critical",
  frameworks: [cisAws("EC2 Metadata Service only allows IMDSv2")],
  demands: {
    [template]: must({
      "metadataOptions.httpTokens": "required",
      // Answers go no further than the node.
      "metadataOptions.httpPutResponseHopLimit": 1,
    }),
  },
  guards: [
    naming(
      "aws:eks/nodeGroup:NodeGroup",
      template,
      "launchTemplate",
      "is made by no LaunchTemplate of this program",
    ),
  ],
});

const ownAccount: Demand = {
  path: "nodeConfig.serviceAccount",
  holds: (value) => typeof value === "string" && !/^$|^default$|-compute@developer\./.test(value),
  problem: "gives its nodes Google's default account, which may edit the whole project",
  mayBeUnknown: true,
};

const identifiedNodes = [
  ...must({
    "nodeConfig.workloadMetadataConfig.mode": "GKE_METADATA",
    "nodeConfig.metadata.disable-legacy-endpoints": "true",
  }),
  ownAccount,
];

export const workloadIdentity = demandRule({
  name: "workload-identity",
  title: "Pods have identities of their own, never their node's",
  why: "Every pod on a node that shows its own identity may do what the node may: read images, write logs, and with Google's default account change the project.",
  fix: "set workloadIdentityConfig.workloadPool of the cluster, and of every nodeConfig workloadMetadataConfig.mode GKE_METADATA, a serviceAccount of its own and metadata disable-legacy-endpoints",
  severity: "critical",
  frameworks: [cisGke("Dedicated GCP Service Accounts and Workload Identity")],
  demands: {
    "gcp:container/cluster:Cluster": [
      {
        path: "workloadIdentityConfig.workloadPool",
        holds: (pool) => typeof pool === "string" && pool.endsWith(".svc.id.goog"),
        problem: "gives its pods no identities",
        // The project may be made in the same program.
        mayBeUnknown: true,
      },
      ...identifiedNodes,
    ],
    "gcp:container/nodePool:NodePool": identifiedNodes,
  },
});

export const hardenedNodeRules = [secureBoot, imdsV2, workloadIdentity];
