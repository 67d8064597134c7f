import { Type } from "typebox";
import { cisKubernetes, nsaCisa } from "../../kit/frameworks.ts";
import { at, isObject, isPresent, listAt, textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import type { Pod } from "../../kit/pods.ts";

const field = "automountServiceAccountToken";

/** Kubernetes' own signer of certificates by which one is known to its API. */
const apiSigner = "kubernetes.io/kube-apiserver-client";

/** Volumes with a certificate that is as good as a token. */
function mountedCertificates({ spec }: Pod): string[] {
  return listAt(spec, "volumes")
    .filter((volume) =>
      listAt(volume, "projected", "sources").some((source) =>
        textAt(source, "podCertificate", "signerName")?.startsWith(apiSigner),
      ),
    )
    .map((volume) => textAt(volume, "name") ?? "");
}

interface Token {
  readonly volume: string;
  readonly audience: string | undefined;
}

/** Tokens that a pod mounts by itself; without an audience they are for the Kubernetes API. */
function mountedTokens({ spec }: Pod): Token[] {
  return listAt(spec, "volumes").flatMap((volume) =>
    listAt(volume, "projected", "sources")
      .filter((source) => isPresent(source, "serviceAccountToken"))
      .map((source) => ({
        volume: textAt(volume, "name") ?? "",
        audience: textAt(source, "serviceAccountToken", "audience"),
      })),
  );
}

export const serviceAccountToken = podRule({
  name: "service-account-token",
  title: "Pods mount no token for the Kubernetes API unless they ask for it and may",
  why: "Who gets into a pod with a token speaks to the Kubernetes API in its name; most programs never need it.",
  fix: "set automountServiceAccountToken to false for the pod, and mount no projected serviceAccountToken",
  severity: "high",
  frameworks: [
    cisKubernetes("Ensure that Service Account Tokens are only mounted where necessary"),
    nsaCisa("Protecting Pod service account tokens"),
  ],
  config: Type.Object({
    audiences: Type.Array(Type.String(), {
      default: [],
      description:
        "Whom the tokens may be for that pods mount by a projected volume, like `sts.amazonaws.com`.",
    }),
  }),
  check: (pod, report, { audiences }) => {
    // What the ServiceAccount says counts only where the pod says nothing, and may change without the pod.
    if (at(pod.spec, field) !== false) report("mounts a token for the Kubernetes API");
    for (const { volume, audience } of mountedTokens(pod)) {
      if (audience !== undefined && audiences.includes(audience)) continue;
      report(`mounts a token for ${audience ?? "the Kubernetes API"} as the volume "${volume}"`);
    }
    for (const volume of mountedCertificates(pod)) {
      report(`gets a certificate for the Kubernetes API as the volume "${volume}"`);
    }
  },
  remediate: ({ spec }) => {
    if (!isObject(spec) || at(spec, field) === false) return false;
    spec[field] = false;
    return true;
  },
});
