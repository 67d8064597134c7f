import { numberAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row } from "../kit/row.ts";
import { textsAt, type CloudStore, type Entry } from "../kit/store.ts";
import { arn, hex, placeOf, regionOf } from "./place.ts";
import { failure, mismatch } from "./rules.ts";
import * as types from "./types.ts";

const names = {
  pattern: /^[a-z](?!.*--)[a-z0-9-]{0,253}[a-z0-9]$/,
  reason: "must be lowercase letters, digits and single hyphens, and begin with a letter",
};

const subnetGroup: Row = {
  autoname: { property: "name", maxLength: 255 },
  id: ({ inputs }) => textAt(inputs, "name") ?? "",
  replaces: ["name", "namePrefix", "region"],
  defaults: { description: "Managed by Pulumi" },
  problems: (inputs) => mismatch(inputs, "name", names),
  uses: [{ field: "subnetIds.*", type: types.subnet, onDelete: "refuse" }],
  refuses: ({ inputs, store }) => {
    const subnets = textsAt(inputs, "subnetIds.*").map((id) => store.find(types.subnet, id));
    const zones = new Set(subnets.map((subnet) => textAt(subnet?.outputs, "availabilityZone")));
    if (zones.size > 1) return undefined;
    return "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: 1. Add subnets to cover at least 2 AZs.";
  },
  outputs: (shaped) => {
    const [first = ""] = textsAt(shaped.inputs, "subnetIds.*");
    return {
      arn: arn(placeOf(shaped), "rds", `subgrp:${shaped.name}`),
      supportedNetworkTypes: ["IPV4"],
      vpcId: textAt(shaped.store.find(types.subnet, first)?.outputs, "vpcId") ?? "",
    };
  },
};

const parameterGroup: Row = {
  autoname: { property: "name", maxLength: 255 },
  id: ({ inputs }) => textAt(inputs, "name") ?? "",
  replaces: ["description", "family", "name", "namePrefix", "region"],
  defaults: { description: "Managed by Pulumi", skipDestroy: false },
  problems: (inputs) => mismatch(inputs, "name", names),
  outputs: (shaped) => ({ arn: arn(placeOf(shaped), "rds", `pg:${shaped.name}`) }),
};

function instanceProblems(inputs: JsonObject) {
  const storage = numberAt(inputs, "allocatedStorage");
  const finalSnapshot =
    inputs["skipFinalSnapshot"] === true || inputs["finalSnapshotIdentifier"] !== undefined;
  return [
    ...mismatch(inputs, "identifier", {
      ...names,
      pattern: /^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$/,
    }),
    ...mismatch(inputs, "password", {
      pattern: /^[^/"@ ]{8,128}$/,
      reason: "is no password that RDS takes",
    }),
    ...(storage === undefined || storage >= 20
      ? []
      : [failure("allocatedStorage", `gp3 has at least 20 GiB, not ${storage}`)]),
    ...(finalSnapshot
      ? []
      : [
          failure(
            "finalSnapshotIdentifier",
            "is required when skipFinalSnapshot is false: without it the instance cannot be deleted",
          ),
        ]),
  ];
}

const snapshot = types.databaseSnapshot;

function familyRefusal({ inputs, store }: Draft): string | undefined {
  const group = store.referred(types.parameterGroup, textAt(inputs, "parameterGroupName") ?? "");
  const family = textAt(group?.outputs, "family");
  const [major = ""] = (textAt(inputs, "engineVersion") ?? "").split(".");
  const own = `${textAt(inputs, "engine") ?? ""}${major}`;
  if (family === undefined || family === own) return undefined;
  return `InvalidParameterCombination: The parameter group ${group?.name ?? ""} with DBParameterGroupFamily ${family} can't be used for this instance. Please use a parameter group with DBParameterGroupFamily ${own}`;
}

/** The snapshot belongs to nobody: it is what remains of the data. */
function takeFinalSnapshot({ outputs }: Entry, store: CloudStore): void {
  const id = textAt(outputs, "finalSnapshotIdentifier");
  if (outputs["skipFinalSnapshot"] === true || id === undefined) return;
  if (store.kept(snapshot).some((kept) => kept.id === id)) {
    throw new Error(
      `DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
    );
  }
  const tags = outputs["copyTagsToSnapshot"] === true ? (outputs["tagsAll"] ?? {}) : {};
  const shown = { dbSnapshotIdentifier: id, tagsAll: tags };
  const stored = { provider: "aws", type: snapshot, id, name: id, inputs: {}, outputs: shown };
  store.keep(store.create(stored));
}

const instance: Row = {
  autoname: { property: "identifier", maxLength: 63 },
  id: () => `db-${hex(26).toUpperCase()}`,
  replaces: [
    "availabilityZone",
    "characterSetName",
    "dbName",
    "engine",
    "kmsKeyId",
    "region",
    "snapshotIdentifier",
    "storageEncrypted",
    "username",
  ],
  defaults: {
    backupRetentionPeriod: 0,
    deleteAutomatedBackups: true,
    deletionProtection: false,
    multiAz: false,
    port: 5432,
    publiclyAccessible: false,
    skipFinalSnapshot: false,
    storageEncrypted: false,
    storageType: "gp3",
  },
  problems: instanceProblems,
  uses: [
    { field: "dbSubnetGroupName", type: types.subnetGroup, onDelete: "refuse" },
    { field: "parameterGroupName", type: types.parameterGroup, onDelete: "refuse" },
    { field: "vpcSecurityGroupIds.*", type: types.securityGroup, onDelete: "refuse" },
    { field: "kmsKeyId", type: types.key, onDelete: "nothing" },
  ],
  refuses: ({ inputs, store, old, ...draft }) => {
    const name = textAt(inputs, "identifier") ?? "";
    if (old === undefined && store.byName("aws:rds/instance:Instance", name) !== undefined) {
      return `DBInstanceAlreadyExists: DB instance already exists`;
    }
    return familyRefusal({ inputs, store, old, ...draft });
  },
  outputs: (shaped) => ({
    arn: arn(placeOf(shaped), "rds", `db:${shaped.name}`),
    engineVersionActual: `${(textAt(shaped.inputs, "engineVersion") ?? "17").split(".")[0] ?? ""}.9`,
    resourceId: shaped.id,
  }),
  made: ({ inputs, config, name }) => {
    const host = `${name}.c${hex(11)}.${regionOf(inputs, config)}.rds.amazonaws.com`;
    const port = numberAt(inputs, "port") ?? 5432;
    const zone = textAt(inputs, "availabilityZone") ?? `${regionOf(inputs, config)}a`;
    return {
      address: host,
      endpoint: `${host}:${port}`,
      availabilityZone: zone,
      hostedZoneId: "Z2R2ITUGPM61AM",
      caCertIdentifier: "rds-ca-rsa2048-g1",
      replicas: [],
      status: "available",
    };
  },
  beforeDelete: (entry, store) => {
    if (entry.outputs["deletionProtection"] === true) {
      throw new Error(
        "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.",
      );
    }
    takeFinalSnapshot(entry, store);
    return Promise.resolve();
  },
};

export const databaseRows: readonly (readonly [string, Row])[] = [
  [types.subnetGroup, subnetGroup],
  [types.parameterGroup, parameterGroup],
  ["aws:rds/instance:Instance", instance],
];
