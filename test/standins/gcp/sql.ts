import { createHash, randomBytes, randomInt } from "node:crypto";
import { at, listAt, textAt, type Json, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row, Shaped } from "../kit/row.ts";
import { refersTo, type CloudStore, type Entry } from "../kit/store.ts";
import { autonamed, gcpRow, lastPart, projectOf, regionOf, textOf } from "./gcp-row.ts";
import { projectNumber } from "./identity.ts";
import { networkType } from "./network.ts";
import { cryptoKeyType } from "./storage.ts";
import { instanceType } from "./type-tokens.ts";

const connectionType = "gcp:servicenetworking/connection:Connection";

function privateNetwork(value: JsonObject): string | undefined {
  return textAt(value, "settings", "ipConfiguration", "privateNetwork");
}

/** Whether two references name the same network, in whatever form. */
function sameNetwork(store: CloudStore, a: string, b: string): boolean {
  const network = store.referred(networkType, a);
  return network !== undefined && refersTo(b, network);
}

/** PostgreSQL 16 and later are Enterprise Plus where the program does not say otherwise. */
function editionOf(inputs: JsonObject): string {
  const [, version = "0"] = /^POSTGRES_(\d+)/.exec(textOf(inputs, "databaseVersion")) ?? [];
  const latest = Number(version) >= 16 ? "ENTERPRISE_PLUS" : "ENTERPRISE";
  return textAt(inputs, "settings", "edition") ?? latest;
}

function wrongTier({ inputs }: Draft): string | undefined {
  const tier = textAt(inputs, "settings", "tier") ?? "";
  if (editionOf(inputs) !== "ENTERPRISE_PLUS" || tier.startsWith("db-perf-optimized-")) return;
  return `googleapi: Error 400: Invalid Tier (${tier}) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead. Learn more at https://cloud.google.com/sql/docs/postgres/create-instance#machine-types, invalid`;
}

function notPeered(draft: Draft): string | undefined {
  const network = privateNetwork(draft.inputs);
  if (network === undefined) return undefined;
  const peered = draft.store
    .list(connectionType)
    .some(({ outputs }) => sameNetwork(draft.store, network, textOf(outputs, "network")));
  const name = textOf(draft.inputs, "name");
  return peered
    ? undefined
    : `Error, failed to create instance ${name}: googleapi: Error 400: Invalid request: Incorrect Service Networking config for instance: ${projectOf(draft)}:${name}:NETWORK_NOT_PEERED., invalid`;
}

function protectedInstance(outputs: JsonObject): string | undefined {
  if (at(outputs, "deletionProtection") !== false) {
    return "Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion";
  }
  return at(outputs, "settings", "deletionProtectionEnabled") === true
    ? "Error, failed to delete instance: googleapi: Error 400: The instance is protected. Please disable the deletion protection and try again., instanceDeletionProtected"
    : undefined;
}

/** The shape of a certificate; nobody connects to a simulated database. */
function serverCertificate(): JsonObject {
  const body =
    randomBytes(600)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  const cert = ["-----BEGIN CERTIFICATE-----", ...body, "-----END CERTIFICATE-----", ""].join("\n");
  return {
    cert,
    commonName: "C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA",
    createTime: new Date().toISOString(),
    expirationTime: "2036-01-01T00:00:00Z",
    sha1Fingerprint: createHash("sha1").update(cert).digest("hex"),
  };
}

function addresses(inputs: JsonObject): JsonObject {
  const last = randomInt(2, 250).toString();
  const inside = privateNetwork(inputs) === undefined ? "" : `10.200.0.${last}`;
  const outside =
    at(inputs, "settings", "ipConfiguration", "ipv4Enabled") === true ? `203.0.113.${last}` : "";
  const all: [string, string][] = [
    ["PRIMARY", outside],
    ["PRIVATE", inside],
  ];
  const ipAddresses = all
    .filter(([, ipAddress]) => ipAddress !== "")
    .map(([type, ipAddress]): Json => ({ type, ipAddress, timeToRetire: "" }));
  return {
    ipAddresses,
    firstIpAddress: outside === "" ? inside : outside,
    privateIpAddress: inside,
    publicIpAddress: outside,
  };
}

/** Private Service Connect: the link that a forwarding rule of the consumer points at. */
function serviceAttachment(shaped: Shaped): JsonObject {
  const enabled = listAt(shaped.inputs, "settings", "ipConfiguration", "pscConfigs").some(
    (config) => at(config, "pscEnabled") === true,
  );
  if (!enabled) return { pscServiceAttachmentLink: "", dnsName: "" };
  const hash = createHash("sha256").update(shaped.id).digest("hex").slice(0, 12);
  const region = regionOf(shaped);
  return {
    pscServiceAttachmentLink: `https://www.googleapis.com/compute/v1/projects/b${hash}-tp/regions/${region}/serviceAttachments/a-${hash}-psc-service-attachment-${hash.slice(0, 8)}`,
    dnsName: `${hash}.${hash.slice(0, 8)}.${region}.sql.goog.`,
  };
}

/** Google reserves an instance's name for a week after its deletion, and its peering for days: it is kept. */
const instance = gcpRow({
  autoname: autonamed(98),
  id: ({ inputs }) => textOf(inputs, "name"),
  replaces: [
    "region",
    "masterInstanceName",
    "encryptionKeyName",
    "replicaConfiguration",
    "settings.ipConfiguration.privateNetwork",
  ],
  defaults: (inputs) => ({
    deletionProtection: true,
    instanceType: "CLOUD_SQL_INSTANCE",
    settings: {
      activationPolicy: "ALWAYS",
      availabilityType: "ZONAL",
      deletionProtectionEnabled: false,
      diskAutoresize: true,
      diskType: "PD_SSD",
      edition: editionOf(inputs),
      ipConfiguration: { ipv4Enabled: true },
      pricingPlan: "PER_USE",
    },
  }),
  outputs: (shaped) => ({
    ...serviceAttachment(shaped),
    connectionName: `${projectOf(shaped)}:${regionOf(shaped)}:${shaped.name}`,
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${projectOf(shaped)}/instances/${shaped.name}`,
  }),
  made: ({ inputs }) => ({
    ...addresses(inputs),
    availableMaintenanceVersions: [],
    dnsNames: [],
    replicaNames: [],
    serverCaCerts: [serverCertificate()],
    serviceAccountEmailAddress: `p${projectNumber}-${randomBytes(3).toString("hex")}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
  }),
  uses: [
    {
      field: "settings.ipConfiguration.privateNetwork",
      type: networkType,
      onDelete: "refuse",
    },
    { field: "encryptionKeyName", type: cryptoKeyType, onDelete: "nothing" },
  ],
  refuses: (draft) => wrongTier(draft) ?? notPeered(draft),
  protection: protectedInstance,
  kept: true,
});

const database = gcpRow({
  autoname: autonamed(63),
  id: (draft) => {
    const { inputs } = draft;
    return `projects/${projectOf(draft)}/instances/${lastPart(textOf(inputs, "instance"))}/databases/${textOf(inputs, "name")}`;
  },
  replaces: ["instance"],
  defaults: { charset: "UTF8", collation: "en_US.UTF8" },
  outputs: ({ id }) => ({ selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/${id}` }),
  uses: [{ field: "instance", type: instanceType, onDelete: "vanish" }],
});

const user = gcpRow({
  autoname: autonamed(63),
  // Name, host (which PostgreSQL's users lack) and instance.
  id: ({ inputs }) => `${textOf(inputs, "name")}//${lastPart(textOf(inputs, "instance"))}`,
  replaces: ["instance", "host", "type"],
  made: () => ({ host: "", iamEmail: "" }),
  uses: [{ field: "instance", type: instanceType, onDelete: "vanish" }],
});

/**
 * A peering cannot be deleted while Cloud SQL keeps something behind it, which it does for days after the last
 * instance is gone (hashicorp/terraform-provider-google #16275, #19908; Magic Modules #18476).
 */
function assertUnused(connection: Entry, store: CloudStore): Promise<void> {
  const network = textOf(connection.outputs, "network");
  const used = [...store.list(instanceType), ...store.kept(instanceType)].some(({ outputs }) => {
    const reference = privateNetwork(outputs);
    return reference !== undefined && sameNetwork(store, network, reference);
  });
  if (used) {
    throw new Error(
      "Unable to remove Service Networking Connection, err: Error waiting for Delete Service Networking Connection: Error code 9, message: Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection.",
    );
  }
  return Promise.resolve();
}

const connection = gcpRow({
  id: ({ inputs }) =>
    `${encodeURIComponent(textOf(inputs, "network"))}:${textOf(inputs, "service")}`,
  replaces: ["network", "service"],
  made: () => ({ peering: "servicenetworking-googleapis-com" }),
  uses: [
    { field: "network", type: networkType, onDelete: "refuse" },
    {
      field: "reservedPeeringRanges.*",
      type: "gcp:compute/globalAddress:GlobalAddress",
      onDelete: "refuse",
    },
  ],
  beforeDelete: assertUnused,
});

export const sqlRows: ReadonlyMap<string, Row> = new Map([
  [instanceType, instance],
  ["gcp:sql/database:Database", database],
  ["gcp:sql/user:User", user],
  [connectionType, connection],
]);
