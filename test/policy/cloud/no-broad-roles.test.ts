import { expect, it } from "vitest";
import { noBroadRoles } from "../../../policy/rules/cloud/no-broad-roles.ts";
import { withValue } from "../kit/change.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import * as aws from "./aws.ts";
import { describeBreaks } from "./breaks.ts";
import * as gcp from "./gcp.ts";

describeBreaks(noBroadRoles, [
  {
    of: aws.attachment,
    path: "policyArn",
    wrong: [
      "arn:aws:iam::aws:policy/AdministratorAccess",
      "arn:aws:iam::aws:policy/PowerUserAccess",
      "arn:aws-cn:iam::aws:policy/AmazonS3FullAccess",
      "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
      "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
      "arn:aws:iam::aws:policy/ReadOnlyAccess",
      "arn:aws:iam::aws:policy/AdministratorAccess-Amplify",
    ],
    says: "gives ",
    optional: true,
    mayBeUnknown: true,
  },
  {
    of: aws.attachment,
    path: "policyArn",
    says: "doesn't say which policy it gives",
    mayBeUnknown: true,
  },
  {
    of: aws.role,
    path: "managedPolicyArns",
    wrong: [["arn:aws:iam::aws:policy/AdministratorAccess"]],
    says: "gives AdministratorAccess",
    optional: true,
    mayBeUnknown: true,
  },
  {
    of: gcp.projectMember,
    path: "role",
    wrong: [
      "roles/owner",
      "roles/editor",
      "roles/viewer",
      "roles/storage.admin",
      "roles/resourcemanager.projectIamAdmin",
      "roles/compute.instanceAdmin.v1",
      "roles/iam.serviceAccountTokenCreator",
    ],
    says: "gives roles/",
    optional: true,
  },
  {
    of: gcp.projectMember,
    path: "member",
    wrong: [
      "allUsers",
      "allAuthenticatedUsers",
      "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/all/*",
    ],
    says: "gives rights to everybody",
    optional: true,
    mayBeUnknown: true,
  },
  {
    of: gcp.bucketMember,
    path: "member",
    says: "doesn't say who gets a role",
    mayBeUnknown: true,
  },
]);

const policyOf = (role: string, member: string) => ({
  policyData: JSON.stringify({ bindings: [{ role, members: [member] }] }),
});

it.each([
  ["gcp:projects/iAMPolicy:IAMPolicy", policyOf("roles/logging.logWriter", "user:a@b.c")],
  ["gcp:projects/iAMPolicy:IAMPolicy", { policyData: unknown }],
  ["gcp:projects/iAMPolicy:IAMPolicy", { policyData: "no JSON" }],
  ["gcp:projects/iAMCustomRole:IAMCustomRole", { permissions: ["run.services.get"] }],
])("lets pass a %s with %j", (type, props) => {
  expect(evaluate(noBroadRoles, aws.resource(type, props))).toEqual([]);
});

it.each([
  ["gcp:folder/iAMMember:IAMMember", { role: "roles/owner", member: "user:a@b.c" }],
  ["gcp:organizations/iAMBinding:IAMBinding", { role: "roles/editor", members: ["user:a@b.c"] }],
  ["gcp:cloudrun/iamMember:IamMember", { role: "roles/run.invoker", member: "allUsers" }],
  ["gcp:projects/iAMPolicy:IAMPolicy", policyOf("roles/owner", "user:a@b.c")],
  ["gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy", policyOf("roles/run.invoker", "allUsers")],
  [
    "gcp:projects/iAMCustomRole:IAMCustomRole",
    { permissions: ["run.services.get", "iam.serviceAccounts.actAs"] },
  ],
  [
    "gcp:organizations/iAMCustomRole:IAMCustomRole",
    { permissions: ["resourcemanager.projects.setIamPolicy"] },
  ],
  [
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
    { managedPolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  ],
  [
    "gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding",
    { role: "roles/cloudkms.admin", members: ["x"] },
  ],
])("judges rights by %s too", (type, props) => {
  expect(evaluate(noBroadRoles, aws.resource(type, props))).toHaveLength(1);
});

it("lets the settings say which roles nobody gets", () => {
  expect(evaluate(noBroadRoles, gcp.projectMember, { google: ["roles/logging.*"] })).toHaveLength(
    1,
  );
  const name = "AmazonEKSWorkerNodePolicy";
  expect(evaluate(noBroadRoles, aws.attachment, { aws: [name] })).toHaveLength(1);
});

it("leaves policies of one's own to the rule that reads them", () => {
  const arn = "arn:aws:iam::123456789012:policy/AdministratorAccess";
  expect(evaluate(noBroadRoles, withValue(aws.attachment, ["policyArn"], arn))).toEqual([]);
});
