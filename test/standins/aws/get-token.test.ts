import { describe, expect, it } from "vitest";
import { clusterOf, execCredential } from "./get-token.ts";

const kubeconfigArgs = "--region us-east-1 eks get-token --cluster-name main --output json";

describe("aws eks get-token", () => {
  it.each([
    [kubeconfigArgs, "main"],
    ["eks get-token --cluster-name main", "main"],
    [`${kubeconfigArgs} --role arn:aws:iam::1:role/a --profile b`, "main"],
    ["eks get-token", undefined],
    ["eks get-token --cluster-name", undefined],
    ["eks get-token --cluster-name main --output text", undefined],
    ["eks get-token --cluster-id main", undefined],
    ["eks update-kubeconfig --cluster-name main", undefined],
    ["sts get-caller-identity", undefined],
  ])("of %s asks for the token of %s", (args, cluster) => {
    expect(clusterOf(args.split(" "))).toBe(cluster);
  });

  it("answers as the real one does, for 14 minutes", () => {
    expect(JSON.parse(execCredential("abc", Date.UTC(2026, 0, 1)))).toEqual({
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1beta1",
      spec: {},
      status: { expirationTimestamp: "2026-01-01T00:14:00Z", token: "abc" },
    });
  });
});
