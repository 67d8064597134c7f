import { ownServiceAccount } from "../../../policy/rules/pods/own-service-account.ts";
import { unknown } from "../kit/evaluate.ts";
import { describePods } from "../kit/pod-cases.ts";

const unnamed = { serviceAccountName: undefined };

describePods(ownServiceAccount, {
  broken: [
    ["names none", unnamed, "runs as the ServiceAccount default"],
    ["names the default", { serviceAccountName: "default" }, "runs as the ServiceAccount default"],
    ["names nothing", { serviceAccountName: "" }, "runs as the ServiceAccount default"],
  ],
  right: [
    ["names one by the old field", { ...unnamed, serviceAccount: "cart" }],
    ["names one that Pulumi is yet to name", { serviceAccountName: unknown }],
  ],
});
