/** What AWS would answer, as far as the program reads it. */

type Row = (name: string, inputs: Readonly<Record<string, unknown>>) => Record<string, unknown>;

const account = "123456789012";

function named(service: string, kind: string): Row {
  return (name, inputs) => {
    const given = typeof inputs.name === "string" ? inputs.name : name;
    return { name: given, arn: `arn:aws:${service}::${account}:${kind}/${given}` };
  };
}

/** What the component answers; its children are made by its own plugin, and so not under mocks. */
const cluster: Row = (_, { name, version }) => {
  const endpoint = `https://${String(name)}.eks.test`;
  return {
    eksCluster: {
      name,
      version,
      endpoint,
      arn: `arn:aws:eks:us-east-1:${account}:cluster/${String(name)}`,
    },
    clusterSecurityGroupId: "sg-cluster",
    kubeconfigJson: JSON.stringify({ clusters: [{ cluster: { server: endpoint } }] }),
  };
};

export const awsResults: Readonly<Record<string, Row>> = {
  "eks:index:Cluster": cluster,
  "aws:iam/role:Role": named("iam", "role"),
  "aws:kms/key:Key": named("kms", "key"),
  "aws:cloudwatch/logGroup:LogGroup": named("logs", "log-group"),
  "aws:s3/bucket:Bucket": (name) => ({ bucket: name, arn: `arn:aws:s3:::${name}` }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
  "aws:eks/nodeGroup:NodeGroup": (_, { nodeGroupNamePrefix }) => ({
    nodeGroupName: `${String(nodeGroupNamePrefix)}${"0".repeat(26)}`,
  }),
  "aws:rds/subnetGroup:SubnetGroup": named("rds", "subgrp"),
  "aws:rds/parameterGroup:ParameterGroup": named("rds", "pg"),
  "aws:rds/instance:Instance": (name) => ({ address: `${name}.rds.test` }),
};
