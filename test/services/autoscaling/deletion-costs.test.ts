import { expect, test } from "vitest";
import { inputsOf, leaves, platformOn, testConfig } from "../../support/under-mocks.ts";

test("what marks busy workers gets its right after the policy that narrows it", async () => {
  const config = testConfig({ autoscaling: { enabled: true } });
  const resources = await platformOn(config);
  const own = leaves(resources.filter(({ name }) => name.startsWith("deletion-costs")));
  expect(own).toMatchInlineSnapshot(`
    [
      "Deployment deletion-costs-pods-deployment",
      "NetworkPolicy deletion-costs-to-api-egress",
      "NetworkPolicy deletion-costs-to-api-ingress",
      "NetworkPolicy deletion-costs-to-kubernetes-egress",
      "Role deletion-costs-framewright-workers-role",
      "RoleBinding deletion-costs-framewright-workers-binding",
      "ServiceAccount deletion-costs-pods-account",
      "ValidatingAdmissionPolicy deletion-costs-policy",
      "ValidatingAdmissionPolicyBinding deletion-costs-policy-binding",
    ]
  `);
  const role = inputsOf(resources, "deletion-costs-framewright-workers-role");
  expect(role).toMatchObject({
    metadata: { namespace: "framewright-workers" },
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["list", "patch"] }],
  });
  expect(inputsOf(resources, "deletion-costs-policy")).toMatchObject({
    spec: {
      failurePolicy: "Fail",
      matchConditions: [
        {
          expression:
            "request.userInfo.username == 'system:serviceaccount:framewright-autoscaling:deletion-costs'",
        },
      ],
    },
  });
  expect(inputsOf(resources, "deletion-costs-policy-binding")).toMatchObject({
    spec: { policyName: "framewright-deletion-costs", validationActions: ["Deny"] },
  });
});
