import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";

export const tokenSecrets = resourceRule({
  name: "token-secrets",
  title: "No token of a ServiceAccount lies in a Secret",
  why: "Such a token never ends: whoever has read it once is that ServiceAccount until somebody deletes the Secret.",
  fix: "remove the Secret, and mount a projected serviceAccountToken volume or run `kubectl create token` instead",
  severity: "high",
  frameworks: [kubernetesDocs("Service Accounts, manually managing Secrets")],
  check: (subject, report) => {
    if (!isKind(subject, "Secret")) return;
    if (at(subject.props, "type") === "kubernetes.io/service-account-token") {
      report("holds a token of a ServiceAccount that never ends");
    }
  },
});
