import { cisAws, cisEks, cisGke } from "../../kit/frameworks.ts";
import { at, listAt } from "../../kit/json.ts";
import { demandRule, exactly } from "./demands.ts";

const machine = {
  path: "networkInterfaces",
  holds: (interfaces: unknown) =>
    !listAt(interfaces).some((one) => listAt(one, "accessConfigs").length > 0),
  problem: "has a public address (networkInterfaces.accessConfigs)",
};

const noSsh = {
  path: "remoteAccess",
  holds: (value: unknown) => value === undefined || value === null,
  problem: "lets in by SSH (remoteAccess)",
};

export const privateNodes = demandRule({
  name: "private-nodes",
  title: "Nodes and machines have no public addresses, and nobody gets in by SSH",
  why: "What has a public address is scanned within minutes; a node's kubelet, its ports and its SSH are then one mistake away from everybody.",
  fix: "set enablePrivateNodes on GKE; on AWS set mapPublicIpOnLaunch, associatePublicIpAddress and nodeAssociatePublicIpAddress to false, and leave out remoteAccess and accessConfigs",
  severity: "high",
  frameworks: [
    cisGke("Private nodes"),
    cisEks("Clusters with private nodes"),
    cisAws("No public addresses by default"),
  ],
  demands: {
    "gcp:container/cluster:Cluster": [
      exactly("privateClusterConfig.enablePrivateNodes", true, "gives its nodes public addresses"),
    ],
    "gcp:container/nodePool:NodePool": [
      exactly("networkConfig.enablePrivateNodes", true, "gives its nodes public addresses"),
    ],
    "eks:index:Cluster": [
      exactly("nodeAssociatePublicIpAddress", false, "gives its nodes public addresses"),
    ],
    "aws:eks/nodeGroup:NodeGroup": [noSsh],
    "aws:ec2/subnet:Subnet": [
      exactly("mapPublicIpOnLaunch", false, "gives machines public addresses by itself"),
    ],
    "aws:ec2/launchTemplate:LaunchTemplate": [
      {
        path: "networkInterfaces",
        holds: (interfaces) =>
          !listAt(interfaces).some((one) =>
            ["true", "yes"].includes(String(at(one, "associatePublicIpAddress"))),
          ),
        problem: "gives machines public addresses",
      },
    ],
    "aws:ec2/instance:Instance": [
      exactly("associatePublicIpAddress", false, "may have a public address"),
    ],
    "gcp:compute/instance:Instance": [machine],
    "gcp:compute/instanceTemplate:InstanceTemplate": [machine],
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": [machine],
  },
});
