import { cisKubernetes, nsaCisa } from "../../kit/frameworks.ts";
import { at, isObject, isPresent } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { eachObject, objectsOf } from "../../kit/objects.ts";
import { isPatch } from "../../kit/subject.ts";

const kind = "ServiceAccount";
const field = "automountServiceAccountToken";

export const tokensOnRequest = resourceRule({
  name: "tokens-on-request",
  title: "A ServiceAccount gives its token only to pods that ask for it",
  why: "Any pod that names the account, also one made by hand, gets its token as long as the account doesn't refuse.",
  fix: "set automountServiceAccountToken of the ServiceAccount to false, and to true for the pods that need the token",
  severity: "medium",
  frameworks: [
    cisKubernetes("Ensure that Service Account Tokens are only mounted where necessary"),
    nsaCisa("Protecting Pod service account tokens"),
  ],
  check: (subject, report) => {
    eachObject(subject, [kind], report, (fields, say) => {
      if (isPatch(subject) && !isPresent(fields, field)) return;
      if (at(fields, field) !== false) say("gives its token to each pod that names it");
    });
  },
  remediate: (subject) => {
    const wrong = objectsOf(subject, kind).filter(({ fields }) => at(fields, field) !== false);
    for (const { fields } of wrong) if (isObject(fields)) fields[field] = false;
    return wrong.length > 0;
  },
});
