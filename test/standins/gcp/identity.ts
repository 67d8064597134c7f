import { randomBytes, randomInt } from "node:crypto";
import { textAt } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row, Use } from "../kit/row.ts";
import { autonamed, gcpRow, lastPart, projectOf, textOf } from "./gcp-row.ts";
import { clusterType } from "./type-tokens.ts";

/** Google knows a project by a number as well. */
export const projectNumber = 123_456_789_012;

export const cryptoKeyMemberType = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember";

export const accountType = "gcp:serviceaccount/account:Account";

/** IAM refuses account ids of other lengths. */
const accountIdPattern = /^[a-z]([-a-z0-9]{4,28})[a-z0-9]$/;

const account = gcpRow({
  autoname: autonamed(28, "accountId"),
  id: (draft) => `projects/${projectOf(draft)}/serviceAccounts/${emailOf(draft)}`,
  replaces: [],
  defaults: { disabled: false },
  problems: (inputs) => {
    const accountId = textOf(inputs, "accountId");
    return accountIdPattern.test(accountId)
      ? []
      : [{ property: "accountId", reason: `"${accountId}" must match ${accountIdPattern.source}` }];
  },
  outputs: (shaped) => ({
    email: emailOf(shaped),
    member: `serviceAccount:${emailOf(shaped)}`,
    name: shaped.id,
  }),
  made: () => ({ uniqueId: `1${randomInt(10 ** 10, 10 ** 11).toString()}0000000000`.slice(0, 21) }),
});

function emailOf(draft: Pick<Draft, "inputs" | "config">): string {
  return `${textOf(draft.inputs, "accountId")}@${projectOf(draft)}.iam.gserviceaccount.com`;
}

/** Google's own agents (`service-…@gcp-sa-….iam…`) exist without anybody making them. */
function missingAccount(draft: Draft, member: string): string | undefined {
  const [, email] = /^serviceAccount:(.+)$/.exec(member) ?? [];
  const ours = `@${projectOf(draft)}.iam.gserviceaccount.com`;
  if (email === undefined || !email.endsWith(ours)) return undefined;
  if (draft.store.referred(accountType, email) !== undefined) return undefined;
  return `googleapi: Error 400: Service account ${email} does not exist., badRequest`;
}

/** The pool `PROJECT.svc.id.goog` comes with the first cluster that has Workload Identity. */
function missingPool(draft: Draft, member: string): string | undefined {
  const [, pool] = /^serviceAccount:([^[]+\.svc\.id\.goog)\[/.exec(member) ?? [];
  const exists = draft.store
    .list(clusterType)
    .some(({ outputs }) => textAt(outputs, "workloadIdentityConfig", "workloadPool") === pool);
  return pool === undefined || exists
    ? undefined
    : `googleapi: Error 400: Identity Pool does not exist (${pool}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API., badRequest`;
}

/** A binding of one member to one role on something. */
function member(prefix: (draft: Draft) => string, uses: readonly Use[], fields: string[]): Row {
  return gcpRow({
    id: (draft) =>
      `${prefix(draft)}/${textOf(draft.inputs, "role")}/${textOf(draft.inputs, "member")}`,
    replaces: ["role", "member", "condition", ...fields],
    made: () => ({ etag: randomBytes(8).toString("base64") }),
    uses,
    idempotent: true,
    refuses: (draft) => {
      const text = textOf(draft.inputs, "member");
      return missingAccount(draft, text) ?? missingPool(draft, text);
    },
  });
}

/** A binding is a part of what it is on, and goes with it. */
function on(field: string, type: string): Use[] {
  return [{ field, type, onDelete: "vanish" }];
}

const service = gcpRow({
  id: (draft) => `${projectOf(draft)}/${textOf(draft.inputs, "service")}`,
  replaces: ["service"],
  defaults: { disableOnDestroy: false },
  idempotent: true,
});

/** Names that are not after their service's. */
const agents: Readonly<Record<string, string>> = {
  "container.googleapis.com": "container-engine-robot",
};

/** Google's own account for a service in this project: asked for it is made, and never deleted. */
const serviceIdentity = gcpRow({
  id: (draft) => `projects/${projectOf(draft)}/services/${textOf(draft.inputs, "service")}`,
  replaces: ["service"],
  outputs: ({ inputs }) => {
    const service = textOf(inputs, "service");
    const agent = agents[service] ?? `gcp-sa-${service.split(".")[0] ?? ""}`;
    const email = `service-${projectNumber.toString()}@${agent}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  idempotent: true,
});

export const identityRows: ReadonlyMap<string, Row> = new Map([
  [accountType, account],
  [
    "gcp:serviceaccount/iAMMember:IAMMember",
    member(
      ({ inputs }) => textOf(inputs, "serviceAccountId"),
      on("serviceAccountId", accountType),
      ["serviceAccountId"],
    ),
  ],
  ["gcp:projects/iAMMember:IAMMember", member(projectOf, [], [])],
  [
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    member(
      ({ inputs }) => `b/${lastPart(textOf(inputs, "bucket"))}`,
      on("bucket", "gcp:storage/bucket:Bucket"),
      ["bucket"],
    ),
  ],
  [
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    member(
      (draft) => {
        const { inputs } = draft;
        const repository = lastPart(textOf(inputs, "repository"));
        return `projects/${projectOf(draft)}/locations/${textOf(inputs, "location")}/repositories/${repository}`;
      },
      on("repository", "gcp:artifactregistry/repository:Repository"),
      ["repository", "location"],
    ),
  ],
  [
    cryptoKeyMemberType,
    member(
      ({ inputs }) => textOf(inputs, "cryptoKeyId"),
      on("cryptoKeyId", "gcp:kms/cryptoKey:CryptoKey"),
      ["cryptoKeyId"],
    ),
  ],
  ["gcp:projects/service:Service", service],
  ["gcp:projects/serviceIdentity:ServiceIdentity", serviceIdentity],
]);
