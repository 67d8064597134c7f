import { randomBytes } from "node:crypto";
import { at, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Row } from "../kit/row.ts";
import { refersTo, textsAt, type CloudStore, type Entry } from "../kit/store.ts";
import { autonamed, gcpRow, projectOf, textOf } from "./gcp-row.ts";
import { accountType, projectNumber } from "./identity.ts";

const bucketType = "gcp:storage/bucket:Bucket";
const objectType = "gcp:storage/bucketObject:BucketObject";
const keyRingType = "gcp:kms/keyRing:KeyRing";
export const cryptoKeyType = "gcp:kms/cryptoKey:CryptoKey";

function timestamps(...keys: string[]): JsonObject {
  const now = new Date().toISOString();
  return Object.fromEntries(keys.map((key) => [key, now]));
}

function assertEmpty(bucket: Entry, store: CloudStore): Promise<void> {
  const holds = store
    .list(objectType)
    .some(({ outputs }) => textsAt(outputs, "bucket").some((name) => refersTo(name, bucket)));
  if (holds && at(bucket.outputs, "forceDestroy") !== true) {
    throw new Error(
      `Error trying to delete bucket ${bucket.name} containing objects without \`force_destroy\` set to true`,
    );
  }
  return Promise.resolve();
}

const bucket = gcpRow({
  autoname: autonamed(63),
  id: ({ inputs }) => textOf(inputs, "name"),
  replaces: [
    "location",
    "customPlacementConfig",
    "enableObjectRetention",
    "hierarchicalNamespace",
    // Turned on, it stays on.
    "uniformBucketLevelAccess",
  ],
  defaults: {
    forceDestroy: false,
    publicAccessPrevention: "inherited",
    softDeletePolicy: { retentionDurationSeconds: 604_800 },
    storageClass: "STANDARD",
    uniformBucketLevelAccess: false,
  },
  outputs: ({ inputs, name }) => ({
    // The API writes locations in capitals, whatever the program wrote.
    location: textOf(inputs, "location").toUpperCase(),
    selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
    url: `gs://${name}`,
  }),
  made: () => ({ ...timestamps("timeCreated", "updated"), projectNumber }),
  uses: [{ field: "encryption.defaultKmsKeyName", type: cryptoKeyType, onDelete: "nothing" }],
  beforeDelete: assertEmpty,
});

const bucketObject = gcpRow({
  autoname: autonamed(63),
  id: ({ inputs }) => `${textOf(inputs, "bucket")}-${textOf(inputs, "name")}`,
  replaces: ["bucket"],
  uses: [{ field: "bucket", type: bucketType, onDelete: "vanish" }],
});

const hmacKey = gcpRow({
  id: (draft) => `projects/${projectOf(draft)}/hmacKeys/${accessId()}`,
  replaces: ["serviceAccountEmail"],
  defaults: { state: "ACTIVE" },
  made: ({ id }) => ({
    accessId: id.split("/").at(-1) ?? "",
    secret: randomBytes(30).toString("base64"),
    ...timestamps("timeCreated", "updated"),
  }),
  uses: [{ field: "serviceAccountEmail", type: accountType, onDelete: "vanish" }],
});

/** Access ids of service accounts start so, and have 61 characters. */
function accessId(): string {
  return `GOOG1E${randomBytes(40).toString("hex").toUpperCase()}`.slice(0, 61);
}

const repository = gcpRow({
  id: (draft) => {
    const { inputs } = draft;
    const location = textAt(inputs, "location") ?? textOf(draft.config, "region");
    return `projects/${projectOf(draft)}/locations/${location}/repositories/${textOf(inputs, "repositoryId")}`;
  },
  name: ({ inputs }) => textOf(inputs, "repositoryId"),
  replaces: ["repositoryId", "location", "format", "kmsKeyName", "mode", "remoteRepositoryConfig"],
  defaults: { mode: "STANDARD_REPOSITORY" },
  outputs: (shaped) => {
    const { inputs } = shaped;
    const location = textAt(inputs, "location") ?? textOf(shaped.config, "region");
    const repositoryId = textOf(inputs, "repositoryId");
    return {
      location,
      name: repositoryId,
      registryUri: `${location}-docker.pkg.dev/${projectOf(shaped)}/${repositoryId}`,
    };
  },
  made: () => timestamps("createTime", "updateTime"),
  uses: [{ field: "kmsKeyName", type: cryptoKeyType, onDelete: "nothing" }],
});

/** Key rings and keys are never deleted: Google keeps their names for ever, and a key loses its versions only. */
const keyRing = gcpRow({
  autoname: autonamed(63),
  id: (draft) => {
    const { inputs } = draft;
    return `projects/${projectOf(draft)}/locations/${textOf(inputs, "location")}/keyRings/${textOf(inputs, "name")}`;
  },
  replaces: ["location"],
  kept: true,
});

const cryptoKey = gcpRow({
  autoname: autonamed(63),
  id: ({ inputs }) => `${textOf(inputs, "keyRing")}/cryptoKeys/${textOf(inputs, "name")}`,
  replaces: [
    "keyRing",
    "purpose",
    "importOnly",
    "skipInitialVersionCreation",
    "destroyScheduledDuration",
    "cryptoKeyBackend",
  ],
  defaults: {
    destroyScheduledDuration: "2592000s",
    importOnly: false,
    purpose: "ENCRYPT_DECRYPT",
    versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "SOFTWARE" },
  },
  made: ({ id }) => ({
    primaries: [{ name: `${id}/cryptoKeyVersions/1`, state: "ENABLED" }],
    cryptoKeyBackend: "",
  }),
  uses: [{ field: "keyRing", type: keyRingType, onDelete: "nothing" }],
  kept: true,
});

export const storageRows: ReadonlyMap<string, Row> = new Map([
  [bucketType, bucket],
  [objectType, bucketObject],
  ["gcp:storage/hmacKey:HmacKey", hmacKey],
  ["gcp:artifactregistry/repository:Repository", repository],
  [keyRingType, keyRing],
  [cryptoKeyType, cryptoKey],
]);
