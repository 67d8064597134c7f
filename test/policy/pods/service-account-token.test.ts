import { describe, expect, it } from "vitest";
import { serviceAccountToken } from "../../../policy/rules/pods/service-account-token.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import { describePods, itPutsRight } from "../kit/pod-cases.ts";
import { deployment, podSpec } from "../kit/workloads.ts";

const field = "automountServiceAccountToken";
const projected = (token: unknown) => ({
  volumes: [{ name: "tokens", projected: { sources: [{ configMap: {} }, token] } }],
});
const forAws = projected({ serviceAccountToken: { audience: "sts.amazonaws.com", path: "token" } });

describePods(serviceAccountToken, {
  broken: [
    ["says nothing", { [field]: undefined }, "mounts a token for the Kubernetes API. Fix"],
    ["says true", { [field]: true }, "mounts a token for the Kubernetes API"],
    [
      "mounts one as a volume",
      projected({ serviceAccountToken: { path: "token" } }),
      'for the Kubernetes API as the volume "tokens"',
    ],
    [
      "mounts one for somebody else",
      forAws,
      'a token for sts.amazonaws.com as the volume "tokens"',
    ],
    [
      "gets a certificate in its place",
      projected({
        podCertificate: {
          signerName: "kubernetes.io/kube-apiserver-client-pod",
          keyType: "ED25519",
        },
      }),
      'gets a certificate for the Kubernetes API as the volume "tokens"',
    ],
    ["is not known", { [field]: unknown }, `${field} is not known before`],
  ],
  right: [
    ["mounts one for whom a setting allows", forAws, { audiences: ["sts.amazonaws.com"] }],
    [
      "gets a certificate for others",
      projected({ podCertificate: { signerName: "example.com/mesh", keyType: "ED25519" } }),
    ],
    ["mounts other things", projected({ secret: { name: "x" } })],
  ],
});

describe("service-account-token, as remediation", () => {
  itPutsRight(serviceAccountToken, [
    ["a pod that says nothing", { [field]: undefined }],
    ["a pod that says true", { [field]: true }],
  ]);

  it("takes no volume away", async () => {
    const resource = deployment(podSpec(forAws));
    expect(await remediated(serviceAccountToken, resource)).toBeUndefined();
    expect(evaluate(serviceAccountToken, resource)).toHaveLength(1);
  });
});
