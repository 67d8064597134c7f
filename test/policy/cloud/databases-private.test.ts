import { expect, it } from "vitest";
import { databasesPrivate } from "../../../policy/rules/cloud/databases-private.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(databasesPrivate, [
  {
    of: aws.database,
    path: "publiclyAccessible",
    wrong: [true],
    says: "may have a public address",
  },
  {
    of: gcp.database,
    path: "settings.ipConfiguration.ipv4Enabled",
    wrong: [true],
    says: "may have a public address",
  },
  {
    of: gcp.database,
    path: "settings.ipConfiguration.authorizedNetworks",
    wrong: [[{ value: "0.0.0.0/0" }], [{ value: "0.0.0.0/1" }], [{ name: "office" }]],
    says: "lets in a range of addresses that is too wide",
    optional: true,
  },
]);

it.each([
  ["aws:rds/clusterInstance:ClusterInstance", { publiclyAccessible: true }],
  ["aws:neptune/clusterInstance:ClusterInstance", {}],
  ["aws:redshift/cluster:Cluster", {}],
  ["gcp:alloydb/instance:Instance", { networkConfig: { enablePublicIp: true } }],
  ["aws:dms/replicationInstance:ReplicationInstance", {}],
  ["aws:mq/broker:Broker", { publiclyAccessible: true }],
  ["aws:redshiftserverless/workgroup:Workgroup", { publiclyAccessible: true }],
  ["aws:lightsail/database:Database", { publiclyAccessible: true }],
  [
    "aws:msk/cluster:Cluster",
    {
      brokerNodeGroupInfo: {
        connectivityInfo: { publicAccess: { type: "SERVICE_PROVIDED_EIPS" } },
      },
    },
  ],
  ["aws:opensearch/domain:Domain", {}],
  ["aws:elasticsearch/domain:Domain", {}],
  ["aws:rds/snapshot:Snapshot", { sharedAccounts: ["all"] }],
  ["aws:rds/clusterSnapshot:ClusterSnapshot", { sharedAccounts: ["1", "all"] }],
  ["gcp:bigquery/dataset:Dataset", { accesses: [{ specialGroup: "allAuthenticatedUsers" }] }],
  ["gcp:bigquery/datasetAccess:DatasetAccess", { iamMember: "allUsers" }],
])("judges %s too", (type, props) => {
  expect(evaluate(databasesPrivate, aws.resource(type, props))).toHaveLength(1);
});

it.each([
  ["aws:mq/broker:Broker", {}],
  ["aws:opensearch/domain:Domain", { vpcOptions: { subnetIds: [unknown] } }],
  ["aws:rds/snapshot:Snapshot", { sharedAccounts: ["123456789012"] }],
  ["gcp:bigquery/dataset:Dataset", { accesses: [{ specialGroup: "projectOwners" }] }],
])("lets pass %s with %j", (type, props) => {
  expect(evaluate(databasesPrivate, aws.resource(type, props))).toEqual([]);
});

it("lets the settings say how wide a range may be", () => {
  const networks = [{ value: "203.0.113.0/24" }];
  const path = ["settings", "ipConfiguration", "authorizedNetworks"];
  const office = withValue(gcp.database, path, networks);
  expect(evaluate(databasesPrivate, office)).toEqual([]);
  expect(evaluate(databasesPrivate, office, { widest: 32 })).toHaveLength(1);
});

it("puts it right", async () => {
  const open = withValue(aws.database, ["publiclyAccessible"], true);
  expect(await remediated(databasesPrivate, open)).toEqual(aws.database.props);
  expect(await remediated(databasesPrivate, aws.database)).toBeUndefined();
});
