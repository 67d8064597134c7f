import {
  listAt,
  numberAt,
  parseJson,
  textAt,
  type JsonObject,
} from "../../../tools/plugins/kit/json.ts";
import type { Row, Use } from "../kit/row.ts";
import type { CloudStore, Entry } from "../kit/store.ts";
import { accountOf, arn, placeOf, regionOf } from "./place.ts";
import { failure, jsonProblems, mismatch } from "./rules.ts";
import * as types from "./types.ts";

interface Contents {
  /** Type of what is inside, and the field by which it says where. */
  readonly type: string;
  readonly field: string;
  /** The input that lets a deletion throw it away. */
  readonly force: string;
  readonly refusal: (name: string) => string;
}

/** Deleting a full one is refused, unless its contents may go. */
function emptied({ type, field, force, refusal }: Contents) {
  return ({ name, outputs }: Entry, store: CloudStore): Promise<void> => {
    const inside = store.list(type).filter(({ inputs }) => inputs[field] === name);
    if (inside.length > 0 && outputs[force] !== true) throw new Error(refusal(name));
    for (const entry of inside) store.remove(entry);
    return Promise.resolve();
  };
}

const bucket: Row = {
  autoname: { property: "bucket", maxLength: 63 },
  id: ({ inputs }) => textAt(inputs, "bucket") ?? "",
  replaces: ["bucket", "bucketPrefix", "objectLockEnabled", "region"],
  defaults: { forceDestroy: false, objectLockEnabled: false },
  problems: (inputs) => [
    ...mismatch(inputs, "bucket", {
      pattern: /^(?!xn--|sthree-)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      reason: "is no name of a bucket: 3 to 63 lowercase letters, digits, dots and hyphens",
    }),
  ],
  outputs: (shaped) => {
    const region = regionOf(shaped.inputs, shaped.config);
    return {
      arn: `arn:aws:s3:::${shaped.name}`,
      bucketDomainName: `${shaped.name}.s3.amazonaws.com`,
      bucketRegion: region,
      bucketRegionalDomainName: `${shaped.name}.s3.${region}.amazonaws.com`,
    };
  },
  made: () => ({ hostedZoneId: "Z3AQBSTGFYJSTF", requestPayer: "BucketOwner", versioning: {} }),
  beforeDelete: emptied({
    type: types.bucketObject,
    field: "bucket",
    force: "forceDestroy",
    refusal: () => "BucketNotEmpty: The bucket you tried to delete is not empty",
  }),
};

const object: Row = {
  id: ({ inputs }) => `${textAt(inputs, "bucket") ?? ""}/${textAt(inputs, "key") ?? ""}`,
  replaces: ["bucket", "key", "region"],
  uses: [{ field: "bucket", type: types.bucket, onDelete: "nothing" }],
};

const ofBucket: Use = { field: "bucket", type: types.bucket, onDelete: "vanish" };

function satellite(more: Partial<Row> = {}): Row {
  return {
    id: ({ inputs }) => textAt(inputs, "bucket") ?? "",
    replaces: ["bucket", "expectedBucketOwner", "region"],
    uses: [ofBucket],
    ...more,
  };
}

const versioning = satellite({
  problems: (inputs) => {
    const status = textAt(inputs, "versioningConfiguration", "status") ?? "";
    if (["Enabled", "Suspended", "Disabled"].includes(status)) return [];
    return [failure("versioningConfiguration.status", `"${status}" is no status of versioning`)];
  },
});

/** Objects move after 30 days at the earliest to the infrequent classes, and before they expire. */
const lifecycle = satellite({
  problems: (inputs) =>
    listAt(inputs, "rules").flatMap((rule, index) => {
      const early = listAt(rule, "transitions").find(
        (transition) =>
          ["STANDARD_IA", "ONEZONE_IA"].includes(textAt(transition, "storageClass") ?? "") &&
          (numberAt(transition, "days") ?? 30) < 30,
      );
      if (early === undefined) return [];
      return [failure(`rules[${index}].transitions`, "'Days' must be at least 30 for this class")];
    }),
});

const encryption = satellite({
  uses: [
    ofBucket,
    {
      field: "rules.*.applyServerSideEncryptionByDefault.kmsMasterKeyId",
      type: types.key,
      onDelete: "nothing",
    },
  ],
});

const repositoryNames = {
  pattern: /^(?=.{2,256}$)[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
  reason: "is no name of a repository",
};

const repository: Row = {
  autoname: { property: "name", maxLength: 256 },
  id: ({ inputs }) => textAt(inputs, "name") ?? "",
  replaces: ["encryptionConfigurations", "name", "region"],
  defaults: { forceDelete: false, imageTagMutability: "MUTABLE" },
  problems: (inputs) => mismatch(inputs, "name", repositoryNames),
  outputs: (shaped) => {
    const place = placeOf(shaped);
    const registry = `${place.account}.dkr.ecr.${place.region}.amazonaws.com`;
    return {
      arn: arn(place, "ecr", `repository/${shaped.name}`),
      registryId: place.account,
      repositoryUrl: `${registry}/${shaped.name}`,
    };
  },
  beforeDelete: emptied({
    type: types.image,
    field: "repository",
    force: "forceDelete",
    refusal: (name) =>
      `RepositoryNotEmptyException: The repository with name '${name}' cannot be deleted because it still contains images`,
  }),
};

/** A rule for any tag has the last word, so that its priority has the highest number. */
function ruleProblems(inputs: JsonObject) {
  const malformed = jsonProblems(inputs, "policy", 30_720);
  if (malformed.length > 0) return malformed;
  const rules = listAt(parseJson(textAt(inputs, "policy") ?? "{}"), "rules");
  const priorities = rules.map((rule) => numberAt(rule, "rulePriority") ?? 0);
  const any = rules.findIndex((rule) => textAt(rule, "selection", "tagStatus") === "any");
  if (new Set(priorities).size < rules.length) {
    return [failure("policy", "rules must have different priorities")];
  }
  if (any < 0 || priorities[any] === Math.max(...priorities)) return [];
  return [failure("policy", "the rule for any tag must have the highest rulePriority")];
}

const repositoryLifecycle: Row = {
  id: ({ inputs }) => textAt(inputs, "repository") ?? "",
  replaces: ["region", "repository"],
  problems: ruleProblems,
  uses: [{ field: "repository", type: types.repository, onDelete: "vanish" }],
  outputs: ({ config }) => ({ registryId: accountOf(config) }),
};

export const storageRows: readonly (readonly [string, Row])[] = [
  [types.bucket, bucket],
  ["aws:s3/bucketVersioning:BucketVersioning", versioning],
  ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", lifecycle],
  [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    encryption,
  ],
  ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", satellite()],
  ["aws:s3/bucketOwnershipControls:BucketOwnershipControls", satellite()],
  ["aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", satellite()],
  [
    "aws:s3/bucketPolicy:BucketPolicy",
    satellite({ problems: (inputs) => jsonProblems(inputs, "policy", 20_480) }),
  ],
  [types.bucketObject, object],
  [types.repository, repository],
  ["aws:ecr/lifecyclePolicy:LifecyclePolicy", repositoryLifecycle],
];
