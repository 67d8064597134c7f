import { expect, it } from "vitest";
import { databasesDemandTls } from "../../../policy/rules/cloud/databases-demand-tls.ts";
import { evaluate, evaluateStack } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks, programWithout } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(databasesDemandTls, [
  {
    of: aws.parameterGroup,
    path: "parameters",
    wrong: [[], [{ name: "rds.force_ssl", value: "0" }], [{ name: "other", value: "1" }]],
    says: "doesn't demand TLS",
  },
  {
    of: gcp.database,
    path: "settings.ipConfiguration.sslMode",
    wrong: ["ALLOW_UNENCRYPTED_AND_ENCRYPTED"],
    says: "takes connections without TLS",
  },
]);

it("reports a database without a parameter group of the program", () => {
  for (const options of [{}, { unknownProvider: true }]) {
    expect(evaluateStack(databasesDemandTls, programWithout(aws.parameterGroup), options)).toEqual([
      expect.stringContaining("has no parameter group of this program that demands TLS"),
    ]);
  }
});

it.each([
  ["MySQL", { parameters: [{ name: "require_secure_transport", value: "ON" }] }, 0],
  ["MySQL", { parameters: [{ name: "require_secure_transport", value: "OFF" }] }, 1],
])("knows how %s calls it", (_, props, count) => {
  const type = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
  expect(evaluate(databasesDemandTls, aws.resource(type, props))).toHaveLength(count);
});

it.each([
  ["gcp:redis/instance:Instance", { transitEncryptionMode: "SERVER_AUTHENTICATION" }],
  ["aws:elasticache/replicationGroup:ReplicationGroup", { transitEncryptionEnabled: true }],
  ["aws:opensearch/domain:Domain", { domainEndpointOptions: { enforceHttps: true } }],
  [
    "gcp:redis/cluster:Cluster",
    { transitEncryptionMode: "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION" },
  ],
  ["gcp:memorystore/instance:Instance", { transitEncryptionMode: "SERVER_AUTHENTICATION" }],
  ["aws:rds/proxy:Proxy", { requireTls: true }],
])("judges %s too", (type, props) => {
  expect(evaluate(databasesDemandTls, aws.resource(type, props))).toEqual([]);
  expect(evaluate(databasesDemandTls, aws.resource(type, {}))).toHaveLength(1);
});

it.each([
  ["aws:memorydb/cluster:Cluster", { tlsEnabled: false }],
  [
    "aws:msk/cluster:Cluster",
    { encryptionInfo: { encryptionInTransit: { clientBroker: "TLS_PLAINTEXT" } } },
  ],
])("takes it that %s demands TLS unless it says otherwise", (type, props) => {
  expect(evaluate(databasesDemandTls, aws.resource(type, props))).toHaveLength(1);
  expect(evaluate(databasesDemandTls, aws.resource(type, {}))).toEqual([]);
});

it("judges clusters of RDS by their own parameter groups", () => {
  const type = "aws:rds/cluster:Cluster";
  expect(evaluate(databasesDemandTls, aws.resource(type, { engine: "aurora-postgresql" }))).toEqual(
    [expect.stringContaining("has no parameter group of this program")],
  );
});
