import { cisGcp, cisGke } from "../../kit/frameworks.ts";
import { demandRule, exactly } from "./demands.ts";

function shielded(path: string) {
  return [
    exactly(
      `${path}.enableSecureBoot`,
      true,
      "boots whatever is on its disk, signed or not (enableSecureBoot)",
    ),
    exactly(
      `${path}.enableIntegrityMonitoring`,
      true,
      "doesn't tell what it booted (enableIntegrityMonitoring)",
    ),
  ];
}

const machine = shielded("shieldedInstanceConfig");

/** EKS has nothing to set: AMIs that can boot securely do so by themselves. */
export const secureBoot = demandRule({
  name: "secure-boot",
  title: "Nodes of Google Cloud boot only what is signed, and tell what they booted",
  why: "Whoever gets root on a node once can put a driver or a kernel there that outlives every restart.",
  fix: "set shieldedInstanceConfig.enableSecureBoot and enableIntegrityMonitoring to true, and enableShieldedNodes of the cluster",
  severity: "high",
  frameworks: [
    cisGke("Shielded GKE Nodes, Secure Boot and Integrity Monitoring"),
    cisGcp("Compute instances launched with Shielded VM enabled"),
  ],
  demands: {
    "gcp:container/cluster:Cluster": [
      exactly("enableShieldedNodes", true, "lets anything call itself a node"),
      ...shielded("nodeConfig.shieldedInstanceConfig"),
    ],
    "gcp:container/nodePool:NodePool": shielded("nodeConfig.shieldedInstanceConfig"),
    "gcp:compute/instance:Instance": machine,
    "gcp:compute/instanceTemplate:InstanceTemplate": machine,
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": machine,
  },
});
