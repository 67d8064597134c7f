import { Type } from "typebox";
import { cisAws, cisEks, cisGke } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { demandRule, exactly, type Demand } from "./demands.ts";

const config = Type.Object({
  images: Type.Array(Type.String(), {
    default: ["COS_CONTAINERD", "UBUNTU_CONTAINERD", "AL2023_*", "BOTTLEROCKET_*"],
    description: "Images of nodes that are still maintained. `*` stands for any text.",
  }),
});
type Config = (typeof config)["properties"];

function image(path: string): Demand<Config> {
  const keys = path.split(".");
  return {
    path: "",
    holds: (props, { images }) => matchesAny(images, (textAt(props, ...keys) ?? "").toUpperCase()),
    problem: `has nodes with an image that is not said, or no longer maintained (${path})`,
  };
}

const patched = [exactly("autoMinorVersionUpgrade", true, "doesn't take the fixes of its version")];

export const nodesMaintained = demandRule<Config>({
  name: "nodes-maintained",
  title: "Nodes and databases get their fixes by themselves",
  why: "A node that nobody upgrades has every hole that was found since, and one that nobody repairs stays broken.",
  fix: "set management.autoUpgrade and autoRepair, a releaseChannel and imageType COS_CONTAINERD on GKE, an AL2023 or Bottlerocket amiType on EKS, autoMinorVersionUpgrade of RDS",
  severity: "medium",
  frameworks: [
    cisGke("Node Auto-Repair, Node Auto-Upgrade, Container-Optimized OS, Release Channels"),
    cisEks("Worker nodes"),
    cisAws("RDS Auto Minor Version Upgrade"),
  ],
  config,
  demands: {
    "gcp:container/cluster:Cluster": [
      {
        path: "releaseChannel.channel",
        holds: (value) => typeof value === "string" && value !== "UNSPECIFIED",
        problem: "follows no release channel",
      },
    ],
    "gcp:container/nodePool:NodePool": [
      exactly("management.autoUpgrade", true, "is not upgraded by itself"),
      exactly("management.autoRepair", true, "is not repaired by itself"),
      image("nodeConfig.imageType"),
    ],
    "aws:eks/nodeGroup:NodeGroup": [image("amiType")],
    "aws:rds/instance:Instance": patched,
    "aws:rds/clusterInstance:ClusterInstance": patched,
  },
});
