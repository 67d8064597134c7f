import { expect, test } from "vitest";
import { eksEntries } from "../../config/support.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import { provisioned } from "./requests.ts";

test("no runner has a way in unless the stack file says so", async () => {
  const { resources } = await provisioned();
  expect(resources.filter(({ name }) => name.startsWith("runners"))).toEqual([]);
});

test("runners reach HTTPS and the Kubernetes API, and nobody reaches them", async () => {
  const { resources } = await provisioned({ eks: { ...eksEntries.eks, runners: true } });
  expect(inputsOf(resources, "runners-security-group")).toEqual({
    vpcId: "network-vpc-id",
    description: "Runners that deploy framewright-prod",
    tags: { Name: "framewright-prod-runners" },
  });
  expect(inputsOf(resources, "runners-out")).toMatchObject({
    securityGroupId: "runners-security-group-id",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "0.0.0.0/0",
  });
  expect(inputsOf(resources, "runners-to-api")).toMatchObject({
    securityGroupId: "sg-eks-cluster",
    referencedSecurityGroupId: "runners-security-group-id",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
  });
  const into = resources.filter(
    ({ inputs, type }) =>
      type.includes("IngressRule") && inputs["securityGroupId"] === "runners-security-group-id",
  );
  expect(into).toEqual([]);
});
