import { cisKubernetes, nsaCisa } from "../../kit/frameworks.ts";
import { at, isPresent } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind, isPatch } from "../../kit/subject.ts";

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
    if (!isKind(subject, kind) || (isPatch(subject) && !isPresent(subject.props, field))) return;
    if (at(subject.props, field) !== false) report("gives its token to each pod that names it");
  },
  remediate: (subject) => {
    const { props } = subject;
    if (!isKind(subject, kind) || at(props, field) === false) return false;
    props[field] = false;
    return true;
  },
});
