import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { resourceRule } from "../../kit/resource-rule.ts";

/** Keys that are good until somebody deletes them. */
const keys: Readonly<Record<string, string>> = {
  "aws:iam/accessKey:AccessKey": "is an access key, good until somebody deletes it",
  "aws:iam/serviceSpecificCredential:ServiceSpecificCredential":
    "is a password for a service, good until somebody deletes it",
  "aws:iam/userLoginProfile:UserLoginProfile": "is a password for the console",
  "gcp:serviceaccount/key:Key": "is a key of a service account, good until somebody deletes it",
  "gcp:storage/hmacKey:HmacKey": "is a key for buckets, good until somebody deletes it",
  "gcp:projects/apiKey:ApiKey": "is a key that names nobody",
};

export const noStandingKeys = resourceRule({
  name: "no-standing-keys",
  title: "Programs make no keys that are good for ever",
  why: "Such a key works from everywhere and ends up in files, in logs and on laptops; nobody knows who has it.",
  fix: "use identities instead: workload identity, Pod Identity, roles for services, OIDC for pipelines",
  severity: "high",
  frameworks: [
    cisGcp("Only GCP-managed service account keys for each service account"),
    cisAws("Roles instead of access keys"),
  ],
  check: ({ type }, report) => {
    const problem = keys[type];
    if (problem !== undefined) report(problem);
  },
});
