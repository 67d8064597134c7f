import { cisAws } from "../../kit/frameworks.ts";
import { at, isPresent, listAt } from "../../kit/json.ts";
import { demandRule, exactly, onEach } from "./demands.ts";

const isOn = (value: unknown) => value === true || value === "true";

/** The disks of a template: Amazon's image has one that is not encrypted, unless the template names it. */
const disks = {
  path: "blockDeviceMappings",
  holds: (value: unknown) => {
    const kept = listAt(value).filter((disk) => !isPresent(disk, "noDevice"));
    return kept.length > 0 && kept.every((disk) => isOn(at(disk, "ebs", "encrypted")));
  },
  problem: "has disks that are not said to be encrypted",
};

/** Disks beside the first: those of an instance are not encrypted unless they say so. */
const more = {
  path: "ebsBlockDevices",
  holds: (value: unknown) =>
    listAt(value)
      .filter((disk) => at(disk, "noDevice") !== true)
      .every((disk) => isOn(at(disk, "encrypted"))),
  problem: "has disks that are not said to be encrypted (ebsBlockDevices)",
};
const machine = [exactly("rootBlockDevice.encrypted", true, "doesn't encrypt its disk"), more];

/** Karpenter encrypts where nothing is said. */
const nodeClass = {
  path: "spec.blockDeviceMappings",
  holds: (value: unknown) => !listAt(value).some((disk) => at(disk, "ebs", "encrypted") === false),
  problem: "has disks that are not encrypted (blockDeviceMappings)",
};

const stored = [exactly("storageEncrypted", true, "doesn't encrypt its disk")];

export const storageEncrypted = demandRule({
  name: "storage-encrypted",
  title: "Disks, file systems and databases are encrypted at rest",
  why: "On AWS a disk is readable to whoever gets hold of a copy of it, a snapshot that was shared by mistake above all.",
  fix: "turn on encryption at rest: storageEncrypted of databases, ebs.encrypted of every disk of a launch template, encrypted of volumes and file systems",
  severity: "high",
  frameworks: [cisAws("Encryption at rest of EBS volumes, RDS instances and EFS")],
  demands: {
    "aws:ec2/launchTemplate:LaunchTemplate": [disks],
    ...onEach(
      [
        "aws:ec2/instance:Instance",
        "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
        "aws:ec2/launchConfiguration:LaunchConfiguration",
      ],
      machine,
    ),
    "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": [nodeClass],
    "kubernetes:karpenter.k8s.aws/v1beta1:EC2NodeClass": [nodeClass],
    "aws:ebs/volume:Volume": [exactly("encrypted", true, "is not encrypted")],
    "aws:efs/fileSystem:FileSystem": [exactly("encrypted", true, "is not encrypted")],
    "aws:rds/instance:Instance": stored,
    "aws:rds/cluster:Cluster": stored,
    "aws:docdb/cluster:Cluster": stored,
    "aws:neptune/cluster:Cluster": stored,
    "aws:redshift/cluster:Cluster": [
      {
        path: "encrypted",
        holds: isOn,
        problem: "doesn't encrypt its disks",
      },
    ],
    "aws:elasticache/replicationGroup:ReplicationGroup": [
      { path: "atRestEncryptionEnabled", holds: isOn, problem: "doesn't encrypt its disks" },
    ],
    "aws:opensearch/domain:Domain": [
      exactly("encryptAtRest.enabled", true, "doesn't encrypt its disks"),
    ],
  },
});
