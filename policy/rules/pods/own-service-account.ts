import { cisKubernetes } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";

export const ownServiceAccount = podRule({
  name: "own-service-account",
  title: "Pods run as a ServiceAccount that was made for them",
  why: "What the account default is given, every pod of the namespace gets, and nobody can tell who did what.",
  fix: "make a ServiceAccount, and name it in serviceAccountName of the pod",
  severity: "medium",
  frameworks: [cisKubernetes("Ensure that default service accounts are not actively used")],
  check: ({ spec }, report) => {
    const name = ifKnown(
      () => textAt(spec, "serviceAccountName") ?? textAt(spec, "serviceAccount") ?? "",
    );
    // One that nobody knows yet is another resource's: the default account is none of the program.
    if (name === "" || name === "default") report("runs as the ServiceAccount default");
  },
});
