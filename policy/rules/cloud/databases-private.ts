import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { listAt, textAt, textsAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { demandRule, exactly, given, type Demand } from "./demands.ts";
import { isWide } from "./networks.ts";

const config = Type.Object({
  widest: Type.Integer({
    default: 8,
    minimum: 0,
    maximum: 32,
    description: "Length in bits of the widest IPv4 range that a database may let in.",
  }),
});
type Config = (typeof config)["properties"];

function isNot(path: string, wrong: unknown): Demand {
  return { path, holds: (value) => value !== wrong, problem: `has a public address (${path})` };
}

/** Public ones can be restored by everybody with an account. */
const ownCopy: Demand = {
  path: "sharedAccounts",
  holds: (accounts) => !textsAt(accounts).includes("all"),
  problem: "is a copy for everybody (sharedAccounts)",
};

/** Of BigQuery: who may read a dataset, beside the roles that are given by resources of their own. */
function isForAll(access: unknown): boolean {
  return ["specialGroup", "iamMember"].some((key) =>
    /^(?:iamMember:)?all(?:Authenticated)?Users$/.test(textAt(access, key) ?? ""),
  );
}

const forEverybody = "lets in everybody";

const hidden = [exactly("publiclyAccessible", false, "may have a public address")];

export const databasesPrivate = demandRule<Config>({
  name: "databases-private",
  title: "Databases have no public address",
  why: "A database that everybody reaches is guessed at day and night, and one hole in it is enough.",
  fix: "set publiclyAccessible to false on AWS, ipConfiguration.ipv4Enabled to false on Cloud SQL, and name narrow authorizedNetworks; put domains into a VPC by vpcOptions, and share copies and datasets with accounts by name",
  severity: "critical",
  frameworks: [
    cisAws("RDS instances without public access"),
    cisGcp("Cloud SQL instances without public IP addresses"),
  ],
  config,
  demands: {
    "aws:rds/instance:Instance": hidden,
    "aws:rds/clusterInstance:ClusterInstance": hidden,
    "aws:neptune/clusterInstance:ClusterInstance": hidden,
    "aws:redshift/cluster:Cluster": hidden,
    "aws:dms/replicationInstance:ReplicationInstance": hidden,
    "aws:mq/broker:Broker": [isNot("publiclyAccessible", true)],
    "aws:redshiftserverless/workgroup:Workgroup": [isNot("publiclyAccessible", true)],
    "aws:lightsail/database:Database": [isNot("publiclyAccessible", true)],
    "aws:msk/cluster:Cluster": [
      isNot("brokerNodeGroupInfo.connectivityInfo.publicAccess.type", "SERVICE_PROVIDED_EIPS"),
    ],
    "aws:opensearch/domain:Domain": [given("vpcOptions", "is in no network, but on the internet")],
    "aws:elasticsearch/domain:Domain": [
      given("vpcOptions", "is in no network, but on the internet"),
    ],
    "aws:rds/snapshot:Snapshot": [ownCopy],
    "aws:rds/clusterSnapshot:ClusterSnapshot": [ownCopy],
    "gcp:bigquery/dataset:Dataset": [
      {
        path: "accesses",
        holds: (accesses) => !listAt(accesses).some(isForAll),
        problem: forEverybody,
      },
    ],
    "gcp:bigquery/datasetAccess:DatasetAccess": [
      { path: "", holds: (access) => !isForAll(access), problem: forEverybody },
    ],
    "gcp:sql/databaseInstance:DatabaseInstance": [
      exactly("settings.ipConfiguration.ipv4Enabled", false, "may have a public address"),
      {
        path: "settings.ipConfiguration.authorizedNetworks",
        holds: (networks: unknown, { widest }: Settings<Config>) =>
          !listAt(networks).some((network) => isWide(textAt(network, "value"), widest)),
        problem: "lets in a range of addresses that is too wide",
      },
    ],
    "gcp:alloydb/instance:Instance": [
      {
        path: "networkConfig.enablePublicIp",
        holds: (value) => value !== true,
        problem: "has a public address",
      },
    ],
  },
});
