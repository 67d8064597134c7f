import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ManagedPostgres } from "../../config/managed-postgres.ts";
import type { Database } from "../cluster.ts";
import { Component } from "../component.ts";
import { stackLabels, type Place } from "./names.ts";
import type { GkeNetwork } from "./network.ts";

export interface ManagedDatabaseArgs {
  readonly place: Place;
  readonly postgres: ManagedPostgres;
  readonly network: GkeNetwork;
  /** Range of the subnetwork: the instance's address is of it. */
  readonly nodes: string;
  readonly deletionProtection: boolean;
  /** Whether data outlive the stack: here as a last backup. */
  readonly retain: boolean;
}

const port = 5432;
const user = "framewright";
const database = "framewright";

type Opts = pulumi.CustomResourceOptions;

/** Seed 002: a backup each night at two, kept for 30 days; and every moment of the last seven. */
const backups = {
  enabled: true,
  startTime: "02:00",
  backupRetentionSettings: { retainedBackups: 30, retentionUnit: "COUNT" },
  pointInTimeRecoveryEnabled: true,
  transactionLogRetentionDays: 7,
};

/** Days that a last backup is kept. */
const farewellDays = 30;

/**
 * Reached at an address in our subnetwork (Private Service Connect). The older way, peering with a network of
 * Google's, takes a range of addresses of its own, and outlives the instance by days in which neither it nor our
 * network can be deleted.
 */
const reachable = (project: string) => ({
  ipv4Enabled: false,
  pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: [project] }],
  sslMode: "ENCRYPTED_ONLY",
  // An authority of the instance's own: the API trusts it alone, since no name stands for the address.
  serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
});

function settingsOf(args: Omit<ManagedDatabaseArgs, "network" | "nodes">) {
  const { place, postgres, deletionProtection, retain } = args;
  return {
    // Machines of the name db-custom-* are of this edition; unset, Postgres 17 would be of the other.
    edition: "ENTERPRISE",
    tier: postgres.machine,
    availabilityType: postgres.highAvailability ? "REGIONAL" : "ZONAL",
    diskType: "PD_SSD",
    diskSize: postgres.storageGi,
    diskAutoresize: true,
    ipConfiguration: reachable(place.project),
    backupConfiguration: backups,
    // Google's own refusal, which also stops a hand in the console.
    deletionProtectionEnabled: deletionProtection,
    finalBackupConfig: retain ? { enabled: true, retentionDays: farewellDays } : { enabled: false },
    retainBackupsOnDelete: retain,
    insightsConfig: { queryInsightsEnabled: true },
    // Sundays at four, in UTC, after the backup.
    maintenanceWindow: { day: 7, hour: 4, updateTrack: "stable" },
    userLabels: stackLabels(place),
  };
}

function makeServer(name: string, args: ManagedDatabaseArgs, opts: Opts) {
  return new gcp.sql.DatabaseInstance(
    `${name}-server`,
    {
      databaseVersion: "POSTGRES_17",
      region: args.place.region,
      settings: settingsOf(args),
      deletionProtection: args.deletionProtection,
    },
    // What Google has grown the disk to is not taken back.
    { ...opts, protect: args.deletionProtection, ignoreChanges: ["settings.diskSize"] },
  );
}

/** The instance's address in our network: a rule that forwards to it. */
function makeAddress(
  name: string,
  { place, network, server }: ManagedDatabaseArgs & { server: gcp.sql.DatabaseInstance },
  opts: Opts,
): { address: gcp.compute.Address; rule: gcp.compute.ForwardingRule } {
  const address = new gcp.compute.Address(
    `${name}-address`,
    { region: place.region, subnetwork: network.subnetwork.id, addressType: "INTERNAL" },
    opts,
  );
  const rule = new gcp.compute.ForwardingRule(
    `${name}-endpoint`,
    {
      region: place.region,
      network: network.network.id,
      subnetwork: network.subnetwork.id,
      ipAddress: address.selfLink,
      target: server.pscServiceAttachmentLink,
      // Of a rule that is not for a load balancer.
      loadBalancingScheme: "",
    },
    opts,
  );
  return { address, rule };
}

function makeOwner(name: string, server: gcp.sql.DatabaseInstance, opts: Opts) {
  const password = new random.RandomPassword(
    `${name}-password`,
    { length: 32, special: false },
    opts,
  );
  const owner = new gcp.sql.User(
    `${name}-owner`,
    {
      instance: server.name,
      name: user,
      password: password.result,
      // Postgres drops no user that owns tables; both go with the instance.
      deletionPolicy: "ABANDON",
    },
    opts,
  );
  const content = new gcp.sql.Database(
    `${name}-content`,
    { instance: server.name, name: database, deletionPolicy: "ABANDON" },
    { ...opts, dependsOn: [owner] },
  );
  return { password, content };
}

/** The authority that signed the server's certificate, and the next one while Google changes it. */
function authorities(certificates: readonly { readonly cert: string }[]): string {
  return certificates.map(({ cert }) => cert.trim()).join("\n") + "\n";
}

/** Postgres on Cloud SQL, with a standby where the config asks for one. */
export class ManagedDatabase extends Component {
  readonly result: Database;
  /** Who connects comes after these, and goes before them. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ManagedDatabaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "ManagedDatabase", name, opts);
    const inside = { parent: this };
    const server = makeServer(name, args, inside);
    const { address, rule } = makeAddress(name, { ...args, server }, inside);
    const { password, content } = makeOwner(name, server, inside);
    this.ready = [rule, content];
    this.result = {
      kind: "managed",
      url: pulumi.secret(
        pulumi.interpolate`postgres://${user}:${password.result}@${address.address}:${port}/${database}`,
      ),
      port,
      network: { cidr: args.nodes, except: [] },
      ca: server.serverCaCerts.apply(authorities),
    };
    this.registerOutputs({ server: server.name });
  }
}
