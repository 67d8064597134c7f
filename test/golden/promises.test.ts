import { expect, test } from "vitest";
import { brokenPromises, promises } from "../support/promises.ts";
import type { Registration } from "../support/mocks.ts";

const template = {
  spec: {
    containers: [
      {
        image: "registry.test/server:1.0.0",
        resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
      },
    ],
  },
};

const encoder = {
  spec: {
    priorityClassName: "batch-low",
    containers: [{ ...template.spec.containers[0], env: [{ name: "WORKER_ACCEL" }] }],
  },
};

function resource(type: string, inputs: object): Registration {
  return { type, name: "worse", inputs: { ...inputs }, provider: "" };
}

/** One resource for each promise, or two, that breaks it. */
const breaking: readonly Registration[] = [
  resource("kubernetes:apps/v1:Deployment", {
    metadata: { name: "server", namespace: "framewright-api" },
    spec: { template },
  }),
  ...["kubernetes:apps/v1:StatefulSet", "kubernetes:apps/v1:Deployment"].map((type) =>
    resource(type, {
      metadata: { name: "worker", namespace: "elsewhere" },
      spec: { replicas: 1, template: encoder },
    }),
  ),
  resource("kubernetes:core/v1:Secret", { data: { key: "cGxhaW4=" } }),
  resource("pulumi:providers:kubernetes", { kubeconfig: "plain" }),
  resource("gcp:sql/user:User", { password: "plain" }),
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
    policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
  }),
  resource("pulumi:providers:aws", { defaultTags: "{}" }),
  resource("gcp:projects/iAMMember:IAMMember", { member: "user:somebody@example.com" }),
];

test("each promise has a resource that breaks it", () => {
  expect(brokenPromises(breaking)).toEqual(
    Object.keys(promises).map((promise) => `worse: ${promise}`),
  );
});
