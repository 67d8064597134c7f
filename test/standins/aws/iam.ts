import { textAt } from "../../../tools/plugins/kit/json.ts";
import type { Draft, Row } from "../kit/row.ts";
import { accountOf, globalArn, iamId, type Place } from "./place.ts";
import { jsonProblems, mismatch } from "./rules.ts";
import * as types from "./types.ts";

const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

const names = { pattern: /^[\w+=,.@-]{1,128}$/, reason: "has characters that IAM does not take" };

const descriptions = {
  pattern: /^[\t\n\r\u0020-\u007E\u00A1-\u00FF]{0,1000}$/,
  reason: "is longer than 1000 characters, or has some that IAM does not take",
};

/** IAM has no regions. */
function placeOf({ config }: Pick<Draft, "config">): Place {
  return { account: accountOf(config), region: "" };
}

function text(value: Draft["inputs"], key: string): string {
  return textAt(value, key) ?? "";
}

const role: Row = {
  autoname: { property: "name", maxLength: 64 },
  id: ({ inputs }) => text(inputs, "name"),
  replaces: ["name", "namePrefix", "path"],
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  problems: (inputs) => [
    ...mismatch(inputs, "name", names),
    ...mismatch(inputs, "description", descriptions),
    ...jsonProblems(inputs, "assumeRolePolicy", 4096),
  ],
  outputs: (shaped) => {
    const path = `role${text(shaped.inputs, "path")}${shaped.name}`;
    return { arn: globalArn(placeOf(shaped), "iam", path) };
  },
  made: () => ({
    createDate: new Date().toISOString(),
    inlinePolicies: [],
    managedPolicyArns: [],
    uniqueId: iamId("AROA"),
  }),
};

function policyArn(draft: Draft): string {
  const { inputs } = draft;
  const path = `policy${textAt(inputs, "path") ?? "/"}${text(inputs, "name")}`;
  return globalArn(placeOf(draft), "iam", path);
}

const policy: Row = {
  autoname: { property: "name", maxLength: 128 },
  id: policyArn,
  name: ({ inputs }) => text(inputs, "name"),
  replaces: ["description", "name", "namePrefix", "path"],
  defaults: { path: "/" },
  problems: (inputs) => [
    ...mismatch(inputs, "name", names),
    ...mismatch(inputs, "description", descriptions),
    ...jsonProblems(inputs, "policy", 6144),
  ],
  outputs: (shaped) => ({ arn: policyArn(shaped) }),
  made: () => ({ attachmentCount: 0, policyId: iamId("ANPA") }),
};

const rolePolicy: Row = {
  autoname: { property: "name", maxLength: 128 },
  id: ({ inputs }) => `${text(inputs, "role")}:${text(inputs, "name")}`,
  name: ({ inputs }) => text(inputs, "name"),
  replaces: ["name", "namePrefix", "role"],
  problems: (inputs) => [
    ...mismatch(inputs, "name", names),
    ...jsonProblems(inputs, "policy", 10_240),
  ],
  uses: [{ field: "role", type: types.role, onDelete: "refuse" }],
};

/** Policies that AWS maintains, as far as a cluster has use for them. */
const managed = new Set(
  [
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEKSClusterPolicy",
    "AmazonEKSServicePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonSSMManagedInstanceCore",
    "CloudWatchAgentServerPolicy",
    "service-role/AmazonEBSCSIDriverPolicy",
    "service-role/AmazonEFSCSIDriverPolicy",
    "service-role/AmazonRDSEnhancedMonitoringRole",
  ].map((name) => `arn:aws:iam::aws:policy/${name}`),
);

const attachment: Row = {
  id: ({ inputs }) => `${text(inputs, "role")}/${text(inputs, "policyArn")}`,
  replaces: ["policyArn", "role"],
  idempotent: true,
  uses: [
    { field: "role", type: types.role, onDelete: "refuse" },
    { field: "policyArn", type: types.policy, onDelete: "refuse", elsewhere: true },
  ],
  refuses: ({ inputs, store }) => {
    const arn = text(inputs, "policyArn");
    if (managed.has(arn) || store.referred(types.policy, arn) !== undefined) return undefined;
    return `NoSuchEntity: Policy ${arn} does not exist or is not attachable.`;
  },
};

const identityProvider: Row = {
  id: (draft) => {
    const host = text(draft.inputs, "url").replace("https://", "");
    return globalArn(placeOf(draft), "iam", `oidc-provider/${host}`);
  },
  replaces: ["url"],
  defaults: { thumbprintLists: [] },
  outputs: ({ id }) => ({ arn: id }),
};

export const iamRows: readonly (readonly [string, Row])[] = [
  [types.role, role],
  [types.policy, policy],
  ["aws:iam/rolePolicy:RolePolicy", rolePolicy],
  [attachmentType, attachment],
  ["aws:iam/openIdConnectProvider:OpenIdConnectProvider", identityProvider],
];
