import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { listAt, textAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { demandRule, exactly } from "./demands.ts";
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

const hidden = [exactly("publiclyAccessible", false, "may have a public address")];

export const databasesPrivate = demandRule<Config>({
  name: "databases-private",
  title: "Databases have no public address",
  why: "A database that everybody reaches is guessed at day and night, and one hole in it is enough.",
  fix: "set publiclyAccessible to false on AWS, ipConfiguration.ipv4Enabled to false on Cloud SQL, and name narrow authorizedNetworks",
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
