import { isNarrow, isTied, isTrusted, statements } from "./aws-policies.ts";
import { each, list, type SecurityRule } from "./rule.ts";

/** Who may do what in the account. */

const managedPolicies = [
  "service-role/AmazonEBSCSIDriverPolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryPullOnly",
];

/** A provider's lists reach the engine as JSON. */
function accountsOf(value: unknown): readonly unknown[] {
  return typeof value === "string" ? list(JSON.parse(value)) : [];
}

export const identities: SecurityRule[] = [
  each("aws:iam/rolePolicy:RolePolicy", "allows nothing of everything", (inputs) => {
    const rows = statements(inputs["policy"]);
    return rows.length > 0 && rows.every((row) => isNarrow(row) && isTied(row));
  }),
  each("aws:iam/role:Role", "is of one service, or of one account of pods", (inputs) => {
    const rows = statements(inputs["assumeRolePolicy"]);
    return rows.length > 0 && rows.every(isTrusted);
  }),
  each(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "is one of the few policies that nodes need",
    (inputs) =>
      managedPolicies.some((policy) =>
        String(inputs["policyArn"]).endsWith(`:aws:policy/${policy}`),
      ),
  ),
  each(
    "pulumi:providers:aws",
    "works in one account alone",
    (inputs) => accountsOf(inputs["allowedAccountIds"]).length === 1,
  ),
  each("pulumi:providers:aws", "marks what it makes", (inputs) =>
    String(inputs["defaultTags"]).includes("framewright:stack"),
  ),
];
