import { expect, it } from "vitest";
import { databasesPrivate } from "../../../policy/rules/cloud/databases-private.ts";
import { withValue } from "../kit/change.ts";
import { judge, remediated } from "../kit/judge.ts";
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
])("judges %s too", (type, props) => {
  expect(judge(databasesPrivate, aws.resource(type, props))).toHaveLength(1);
});

it("lets the settings say how wide a range may be", () => {
  const networks = [{ value: "203.0.113.0/24" }];
  const path = ["settings", "ipConfiguration", "authorizedNetworks"];
  const office = withValue(gcp.database, path, networks);
  expect(judge(databasesPrivate, office)).toEqual([]);
  expect(judge(databasesPrivate, office, { widest: 32 })).toHaveLength(1);
});

it("puts it right", async () => {
  const open = withValue(aws.database, ["publiclyAccessible"], true);
  expect(await remediated(databasesPrivate, open)).toEqual(aws.database.props);
  expect(await remediated(databasesPrivate, aws.database)).toBeUndefined();
});
