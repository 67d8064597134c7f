import { expect, it } from "vitest";
import { storageEncrypted } from "../../../policy/rules/cloud/storage-encrypted.ts";
import { evaluate, remediated } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";

describeBreaks(storageEncrypted, [
  {
    of: aws.launchTemplate,
    path: "blockDeviceMappings",
    wrong: [[], [{ deviceName: "/dev/xvda" }], [{ noDevice: "true" }]],
    says: "has disks that are not said to be encrypted",
  },
  {
    of: aws.launchTemplate,
    path: "blockDeviceMappings.0.ebs.encrypted",
    wrong: ["false"],
    says: "has disks that are not said to be encrypted",
  },
  {
    of: aws.database,
    path: "storageEncrypted",
    wrong: [false],
    says: "doesn't encrypt its disk",
  },
]);

it.each([
  ["aws:ec2/instance:Instance", { rootBlockDevice: { encrypted: true } }],
  ["aws:ebs/volume:Volume", { encrypted: true }],
  ["aws:efs/fileSystem:FileSystem", { encrypted: true }],
  ["aws:rds/cluster:Cluster", { storageEncrypted: true }],
  ["aws:docdb/cluster:Cluster", { storageEncrypted: true }],
  ["aws:neptune/cluster:Cluster", { storageEncrypted: true }],
  ["aws:redshift/cluster:Cluster", { encrypted: "true" }],
  ["aws:elasticache/replicationGroup:ReplicationGroup", { atRestEncryptionEnabled: "true" }],
  ["aws:opensearch/domain:Domain", { encryptAtRest: { enabled: true } }],
])("judges %s too", (type, props) => {
  expect(evaluate(storageEncrypted, aws.resource(type, props))).toEqual([]);
  expect(evaluate(storageEncrypted, aws.resource(type, {}))).toHaveLength(1);
});

it.each([
  [
    "aws:ec2/instance:Instance",
    { rootBlockDevice: { encrypted: true }, ebsBlockDevices: [{ deviceName: "/dev/sdb" }] },
  ],
  ["aws:ec2/launchConfiguration:LaunchConfiguration", { rootBlockDevice: { encrypted: false } }],
  [
    "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
    { spec: { blockDeviceMappings: [{ ebs: { encrypted: false } }] } },
  ],
])("reports a disk of %s in %j", (type, props) => {
  expect(evaluate(storageEncrypted, aws.resource(type, props))).toHaveLength(1);
});

it("puts it right", async () => {
  const volume = aws.resource("aws:ebs/volume:Volume", { size: 10 });
  expect(await remediated(storageEncrypted, volume)).toEqual({ size: 10, encrypted: true });
});
