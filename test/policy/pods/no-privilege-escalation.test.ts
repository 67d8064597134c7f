import { describe } from "vitest";
import { noPrivilegeEscalation } from "../../../policy/rules/pods/no-privilege-escalation.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeContainers, describePods, itPutsRight, secured } from "../kit/pod-cases.ts";
import { container } from "../kit/workloads.ts";

const field = "allowPrivilegeEscalation";
const bare = { containers: [container({ securityContext: undefined })] };

describeContainers(noPrivilegeEscalation, {
  broken: [
    ["says nothing", secured({ [field]: undefined }), "may get more rights than it starts with"],
    ["says true", secured({ [field]: true }), "may get more rights"],
    ["has no security context", { securityContext: undefined }, "may get more rights"],
    ["is not known", secured({ [field]: unknown }), `${field} is not known before`],
  ],
});

describePods(noPrivilegeEscalation, {
  broken: [["has a container that says nothing", bare, 'container "main" may get more rights']],
  right: [["runs on Windows", { ...bare, os: { name: "windows" } }]],
});

describe("no-privilege-escalation, as remediation", () => {
  itPutsRight(noPrivilegeEscalation, [
    ["a container without a security context", bare],
    ["a container that says true", { initContainers: [container(secured({ [field]: true }))] }],
  ]);
});
