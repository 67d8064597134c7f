import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { listAt, textAt } from "../../kit/json.ts";
import { exactly, onEach, oneOf } from "./demands.ts";
import { guardRule } from "./guards.ts";

const instances = ["aws:rds/instance:Instance"];
const instanceParameters = ["aws:rds/parameterGroup:ParameterGroup"];
const clusters = ["aws:rds/cluster:Cluster"];
const clusterParameters = ["aws:rds/clusterParameterGroup:ClusterParameterGroup"];

/** As Postgres and SQL Server, MySQL and MariaDB call it. */
const switches = ["rds.force_ssl", "require_secure_transport"];
const on = ["1", "ON", "on"];

const forced = {
  path: "parameters",
  holds: (parameters: unknown) =>
    listAt(parameters).some(
      (row) =>
        switches.includes(textAt(row, "name") ?? "") && on.includes(textAt(row, "value") ?? ""),
    ),
  problem: "doesn't demand TLS",
};

export const databasesDemandTls = guardRule({
  name: "databases-demand-tls",
  title: "Databases and caches refuse connections without TLS",
  why: "A client that forgets TLS sends passwords and data readable through the network.",
  fix: 'give RDS a parameter group of the program with rds.force_ssl "1" (require_secure_transport "ON" for MySQL), set sslMode to ENCRYPTED_ONLY on Cloud SQL, and turn on encryption in transit of caches',
  severity: "high",
  frameworks: [
    cisAws("Encryption in transit of RDS"),
    cisGcp("Cloud SQL instances require all incoming connections to use SSL"),
  ],
  demands: {
    ...onEach([...instanceParameters, ...clusterParameters], [forced]),
    "gcp:sql/databaseInstance:DatabaseInstance": [
      oneOf(
        "settings.ipConfiguration.sslMode",
        ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"],
        "takes connections without TLS",
      ),
    ],
    "gcp:redis/instance:Instance": [
      exactly("transitEncryptionMode", "SERVER_AUTHENTICATION", "takes connections without TLS"),
    ],
    "aws:elasticache/replicationGroup:ReplicationGroup": [
      exactly("transitEncryptionEnabled", true, "takes connections without TLS"),
    ],
    "gcp:redis/cluster:Cluster": [
      exactly(
        "transitEncryptionMode",
        "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION",
        "takes connections without TLS",
      ),
    ],
    "gcp:memorystore/instance:Instance": [
      exactly("transitEncryptionMode", "SERVER_AUTHENTICATION", "takes connections without TLS"),
    ],
    "aws:rds/proxy:Proxy": [exactly("requireTls", true, "takes connections without TLS")],
    "aws:memorydb/cluster:Cluster": [
      {
        path: "tlsEnabled",
        holds: (value) => value !== false,
        problem: "takes connections without TLS",
      },
    ],
    "aws:msk/cluster:Cluster": [
      {
        path: "encryptionInfo.encryptionInTransit.clientBroker",
        // TLS where nothing is said.
        holds: (value) => value === undefined || value === "TLS",
        problem: "takes connections without TLS",
      },
    ],
    "aws:opensearch/domain:Domain": [
      exactly("domainEndpointOptions.enforceHttps", true, "answers without TLS"),
    ],
  },
  guards: [
    {
      of: instances,
      by: instanceParameters,
      property: "parameterGroupName",
      saidBy: "the guarded",
      problem: "has no parameter group of this program that demands TLS",
    },
    {
      of: clusters,
      by: clusterParameters,
      property: "dbClusterParameterGroupName",
      saidBy: "the guarded",
      problem: "has no parameter group of this program that demands TLS",
    },
  ],
});
