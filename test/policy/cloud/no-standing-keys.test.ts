import { describe, expect, it } from "vitest";
import { noStandingKeys } from "../../../policy/rules/cloud/no-standing-keys.ts";
import { evaluate, evaluateStack, unknown } from "../kit/evaluate.ts";
import { awsResources, resource } from "./aws.ts";
import { gcpResources } from "./gcp.ts";

describe("no-standing-keys", () => {
  it("says nothing of a program that has identities alone", () => {
    expect(evaluateStack(noStandingKeys, [...awsResources, ...gcpResources])).toEqual([]);
  });

  it.each([
    ["aws:iam/accessKey:AccessKey", "is an access key"],
    ["aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "is a password for a service"],
    ["aws:iam/userLoginProfile:UserLoginProfile", "is a password for the console"],
    ["gcp:serviceaccount/key:Key", "is a key of a service account"],
    ["gcp:storage/hmacKey:HmacKey", "is a key for buckets"],
    ["gcp:projects/apiKey:ApiKey", "is a key that names nobody"],
  ])("reports each %s, whatever is unknown of it", (type, says) => {
    expect(evaluate(noStandingKeys, resource(type, { user: unknown }))).toEqual([
      expect.stringContaining(`${type} shop: ${says}`),
    ]);
  });

  it("leaves alone what is exempt, and nothing else", () => {
    const key = resource("gcp:storage/hmacKey:HmacKey", {});
    const exempt = (name: string) => ({ exempt: [{ name, reason: "agreed upon for this test" }] });
    expect(evaluate(noStandingKeys, key, exempt("sh*"))).toEqual([]);
    expect(evaluate(noStandingKeys, key, exempt("other"))).toHaveLength(1);
  });
});
