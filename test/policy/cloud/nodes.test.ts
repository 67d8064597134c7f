import {
  noDefaultNodes,
  nodesMaintained,
  privateNodes,
} from "../../../policy/rules/cloud/nodes.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import * as aws from "./aws.ts";
import { accepted, right, wrong } from "./compliant.ts";
import * as gcp from "./gcp.ts";

const address = aws.resource("aws:ec2/eip:Eip", { domain: "vpc" });

describeRule(privateNodes, {
  passes: [accepted, ["an address of a gateway", address]],
  fails: [
    ...wrong(gcp.nodePool, "networkConfig.enablePrivateNodes", [unknown]),
    ...wrong(aws.nodeGroup, "remoteAccess", [{}], "lets in by SSH"),
    ...wrong(
      aws.launchTemplate,
      "networkInterfaces",
      [[{ associatePublicIpAddress: "true" }]],
      "gives machines public addresses",
    ),
    ...wrong(address, "instance", ["i-1"], "gives a machine a public address"),
  ],
});

describeRule(noDefaultNodes, {
  passes: [accepted],
  fails: [
    ...wrong(gcp.cluster, "removeDefaultNodePool", [undefined]),
    ...wrong(gcp.cluster, "nodePools", [[{ name: "a" }], unknown], "has pools of its own"),
    ...wrong(gcp.cluster, "clusterAutoscaling.enabled", [true], "lets Google add pools"),
  ],
});

describeRule(nodesMaintained, {
  passes: [
    accepted,
    ...right(gcp.nodePool, "nodeConfig.imageType", ["cos_containerd", "UBUNTU_CONTAINERD"]),
    ...right(aws.nodeGroup, "amiType", ["BOTTLEROCKET_x86_64"]),
  ],
  fails: [
    ...wrong(
      gcp.cluster,
      "releaseChannel.channel",
      [undefined, "UNSPECIFIED"],
      "follows no release",
    ),
    ...wrong(gcp.nodePool, "nodeConfig.imageType", [undefined, "COS"], "has nodes with an image"),
    ...wrong(aws.nodeGroup, "amiType", [undefined, "AL2_x86_64", unknown], "has nodes with an"),
  ],
});
