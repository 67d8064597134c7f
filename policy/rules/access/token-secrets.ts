import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { at } from "../../kit/json.ts";
import { eachObject } from "../../kit/objects.ts";
import { resourceRule } from "../../kit/resource-rule.ts";

export const tokenSecrets = resourceRule({
  name: "token-secrets",
  title: "No token of a ServiceAccount lies in a Secret",
  why: "Such a token never ends: whoever has read it once is that ServiceAccount until somebody deletes the Secret.",
  fix: "remove the Secret, and mount a projected serviceAccountToken volume or run `kubectl create token` instead",
  severity: "high",
  frameworks: [
    kubernetesDocs("Service Accounts, manually managing Secrets"),
    nsaCisa("Authentication and authorization"),
  ],
  check: (subject, report) => {
    eachObject(subject, ["Secret"], report, (secret, reportSecret) => {
      if (at(secret, "type") === "kubernetes.io/service-account-token") {
        reportSecret("holds a token of a ServiceAccount that never ends");
      }
    });
  },
});
