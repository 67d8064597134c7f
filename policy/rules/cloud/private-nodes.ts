import { cisAws, cisEks, cisGke } from "../../kit/frameworks.ts";
import { at, isPresent, listAt } from "../../kit/json.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { demandRule, exactly, onEach } from "./demands.ts";

const machine = {
  path: "networkInterfaces",
  holds: (interfaces: unknown) =>
    !listAt(interfaces).some((one) =>
      ["accessConfigs", "ipv6AccessConfigs"].some((key) => listAt(one, key).length > 0),
    ),
  problem: "has a public address (networkInterfaces.accessConfigs)",
};

function isNotTrue(path: string) {
  return {
    path,
    holds: (value: unknown) => value !== true,
    problem: `gives machines public addresses (${path})`,
  };
}

/** An address that is given to one machine later; those of gateways are no machines'. */
const givenLater = {
  path: "",
  holds: (address: unknown) =>
    ["instance", "instanceId"].every((key) => ifKnown(() => isPresent(address, key)) === false),
  problem: "gives a machine a public address",
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
    ...onEach(
      [
        "aws:ec2/instance:Instance",
        "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
        "aws:ec2/launchConfiguration:LaunchConfiguration",
      ],
      [exactly("associatePublicIpAddress", false, "may have a public address")],
    ),
    "aws:ec2/eip:Eip": [givenLater],
    "aws:ec2/eipAssociation:EipAssociation": [givenLater],
    "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": [isNotTrue("spec.associatePublicIPAddress")],
    "eks:index:NodeGroup": [isNotTrue("nodeAssociatePublicIpAddress")],
    "eks:index:NodeGroupV2": [isNotTrue("nodeAssociatePublicIpAddress")],
    "eks:index:ManagedNodeGroup": [noSsh],
    ...onEach(
      [
        "gcp:compute/instance:Instance",
        "gcp:compute/instanceTemplate:InstanceTemplate",
        "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
      ],
      [machine],
    ),
  },
});
