import { cisEks, cisGke } from "../../kit/frameworks.ts";
import { at, isPresent, listAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { type Demand, demandRule, must } from "./cloud-rule.ts";

export const privateNodes = demandRule({
  name: "private-nodes",
  title: "Nodes have no public addresses, and nobody gets in by SSH",
  why: "What has a public address is scanned within minutes; a node's kubelet, its ports and its SSH are then one mistake away from everybody.",
  fix: "set enablePrivateNodes on GKE; on AWS set mapPublicIpOnLaunch, associatePublicIpAddress and nodeAssociatePublicIpAddress to false, and leave out remoteAccess",
  severity: "high",
  frameworks: [cisGke("Private nodes"), cisEks("Clusters with private nodes")],
  demands: {
    "gcp:container/cluster:Cluster": must({ "privateClusterConfig.enablePrivateNodes": true }),
    "gcp:container/nodePool:NodePool": must({ "networkConfig.enablePrivateNodes": true }),
    "eks:index:Cluster": must({ nodeAssociatePublicIpAddress: false }),
    "aws:eks/nodeGroup:NodeGroup": [
      {
        path: "remoteAccess",
        holds: (value) => value === undefined || value === null,
        problem: "lets in by SSH (remoteAccess)",
      },
    ],
    "aws:ec2/subnet:Subnet": must({ mapPublicIpOnLaunch: false }),
    "aws:ec2/launchTemplate:LaunchTemplate": [
      {
        path: "networkInterfaces",
        holds: (interfaces) =>
          !listAt(interfaces).some((one) => String(at(one, "associatePublicIpAddress")) === "true"),
        problem: "gives machines public addresses",
      },
    ],
    "aws:ec2/eip:Eip": [
      {
        path: "",
        // Those of gateways name no machine.
        holds: (address) => ifKnown(() => isPresent(address, "instance")) === false,
        problem: "gives a machine a public address",
      },
    ],
  },
});

export const noDefaultNodes = demandRule({
  name: "no-default-nodes",
  title: "Clusters have the nodes that the program describes, and no others",
  why: "The pool that a cloud makes by itself has the cloud's defaults: its account, its disks, its metadata service. Its nodes are as dangerous as they are easy to forget.",
  fix: "set removeDefaultNodePool to true on GKE, or skipDefaultNodeGroup to true on eks.Cluster, and describe node pools of your own as resources",
  severity: "medium",
  frameworks: [cisGke("Node pools"), cisEks("Worker nodes")],
  demands: {
    "eks:index:Cluster": must({ skipDefaultNodeGroup: true }),
    "gcp:container/cluster:Cluster": [
      ...must({ removeDefaultNodePool: true }),
      {
        path: "nodePools",
        holds: (pools) => listAt(pools).length === 0,
        problem: "has pools of its own (nodePools), which the rules of node pools do not see",
      },
      {
        path: "clusterAutoscaling.enabled",
        holds: (enabled) => enabled !== true,
        problem:
          "lets Google add pools (clusterAutoscaling), which the rules of node pools do not see",
      },
    ],
  },
});

const images = ["COS_CONTAINERD", "UBUNTU_CONTAINERD", "AL2023_*", "BOTTLEROCKET_*"];

function image(path: string): Demand {
  return {
    path,
    holds: (value) => typeof value === "string" && matchesAny(images, value.toUpperCase()),
    problem: `has nodes with an image that is not said, or no longer maintained (${path})`,
  };
}

export const nodesMaintained = demandRule({
  name: "nodes-maintained",
  title: "Nodes and databases get their fixes by themselves",
  why: "A node that nobody upgrades has every hole that was found since, and one that nobody repairs stays broken.",
  fix: "set management.autoUpgrade and autoRepair, a releaseChannel and imageType COS_CONTAINERD on GKE, an AL2023 or Bottlerocket amiType on EKS, autoMinorVersionUpgrade of RDS",
  severity: "medium",
  frameworks: [
    cisGke("Node Auto-Repair, Node Auto-Upgrade, Container-Optimized OS, Release Channels"),
  ],
  demands: {
    "gcp:container/cluster:Cluster": [
      {
        path: "releaseChannel.channel",
        holds: (value) => typeof value === "string" && value !== "UNSPECIFIED",
        problem: "follows no release channel",
      },
    ],
    "gcp:container/nodePool:NodePool": [
      ...must({ "management.autoUpgrade": true, "management.autoRepair": true }),
      image("nodeConfig.imageType"),
    ],
    "aws:eks/nodeGroup:NodeGroup": [image("amiType")],
    "aws:rds/instance:Instance": must({ autoMinorVersionUpgrade: true }),
  },
});

export const nodeRules = [privateNodes, noDefaultNodes, nodesMaintained];
