import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ManagedPostgres } from "../../config/managed-postgres.ts";
import type { Database } from "../cluster.ts";
import { Component } from "../component.ts";
import type { Place } from "./names.ts";

export interface ManagedDatabaseArgs {
  readonly place: Place;
  readonly postgres: ManagedPostgres;
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** The group of the nodes, who alone may connect. */
  readonly clients: pulumi.Input<string>;
  readonly deletionProtection: boolean;
  /** Whether data outlive the stack: here as a last snapshot. */
  readonly retain: boolean;
}

const port = 5432;
const user = "framewright";
const database = "framewright";

type Opts = pulumi.CustomResourceOptions;

function reachable(name: string, args: ManagedDatabaseArgs, opts: Opts) {
  const subnets = new aws.rds.SubnetGroup(
    `${name}-subnets`,
    { subnetIds: [...args.subnetIds], description: `Private subnets of ${args.place.cluster}` },
    opts,
  );
  const group = new aws.ec2.SecurityGroup(
    `${name}-security-group`,
    { vpcId: args.vpcId, description: `Postgres of ${args.place.cluster}` },
    opts,
  );
  const rule = new aws.vpc.SecurityGroupIngressRule(
    `${name}-from-nodes`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: args.clients,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: "Nodes and pods of the cluster",
    },
    opts,
  );
  return { subnets, group, rule };
}

/** Seed 002: a backup each night at two, kept for 30 days. */
const backups = { backupRetentionPeriod: 30, backupWindow: "02:00-03:00" } as const;

/** What becomes of the data with the stack; the snapshot's name is another one each time, as RDS demands. */
function farewell(name: string, { place, retain }: ManagedDatabaseArgs, opts: Opts) {
  if (!retain) return { skipFinalSnapshot: true, deleteAutomatedBackups: true };
  const suffix = new random.RandomBytes(`${name}-snapshot-suffix`, { length: 4 }, opts);
  const cluster = place.cluster.replaceAll("_", "-");
  return {
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: pulumi.interpolate`${cluster}-last-${suffix.hex}`,
    deleteAutomatedBackups: false,
  };
}

/** Postgres on RDS, with a standby that takes over where the config asks for one. */
export class ManagedDatabase extends Component {
  readonly result: Database;

  constructor(name: string, args: ManagedDatabaseArgs, opts: pulumi.ComponentResourceOptions) {
    super("infra", "ManagedDatabase", name, opts);
    const inside = { parent: this };
    const { postgres } = args;
    if (postgres.ca === undefined) {
      throw new RangeError("postgres.managed.caFile: RDS needs the authorities that AWS publishes");
    }
    const { subnets, group, rule } = reachable(name, args, inside);
    const parameters = new aws.rds.ParameterGroup(
      `${name}-parameters`,
      { family: "postgres17", parameters: [{ name: "rds.force_ssl", value: "1" }] },
      inside,
    );
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      inside,
    );
    const server = new aws.rds.Instance(
      `${name}-server`,
      {
        engine: "postgres",
        engineVersion: "17",
        autoMinorVersionUpgrade: true,
        instanceClass: postgres.machine,
        allocatedStorage: postgres.storageGi,
        storageType: "gp3",
        storageEncrypted: true,
        multiAz: postgres.highAvailability,
        dbName: database,
        username: user,
        password: password.result,
        port,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [group.id],
        parameterGroupName: parameters.name,
        publiclyAccessible: false,
        ...backups,
        copyTagsToSnapshot: true,
        performanceInsightsEnabled: true,
        performanceInsightsRetentionPeriod: 7,
        deletionProtection: args.deletionProtection,
        ...farewell(name, args, inside),
      },
      { ...inside, protect: args.deletionProtection, dependsOn: [rule] },
    );
    this.result = {
      kind: "managed",
      // Secret, as the password in it.
      url: pulumi.interpolate`postgres://${user}:${password.result}@${server.address}:${port}/${database}`,
      port,
      network: { cidr: args.vpcCidr, except: [] },
      ca: pulumi.output(postgres.ca),
    };
    this.registerOutputs({});
  }
}
