import { namespaceLimits } from "../../../policy/rules/access/guarded-namespaces.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { deployment, objectOf } from "../kit/workloads.ts";
import { limits, namespaceObject, quota } from "./objects.ts";

const doors = { "services.loadbalancers": "0" };
const shop = namespaceObject();
const noLimits = "no LimitRange";

const more = { ...quota(doors, { name: "more" }), name: "more" };

describeRule(namespaceLimits, {
  passes: [
    ["a quota and limits", [shop, deployment(), quota(), limits()]],
    ["a quota of memory", [shop, quota({ "requests.memory": "1Gi", ...doors }), limits()]],
    ["items of unknown size", [shop, quota({ pods: unknown, ...doors }), limits()]],
    ["several quotas", [shop, quota({ pods: "1" }), more, limits()]],
    ["a namespace that no pod names", objectOf("ConfigMap", {})],
  ],
  fails: [
    ["a namespace without any", shop, ["has one of pods, ", "services.loadbal", "limit of memory"]],
    ["pods in one without any", deployment(), ["has one of pods", "services.loadb", "of memory"]],
    ["a quota without load balancers", [shop, quota({ pods: "1" }), limits()], "has services.load"],
    ["a quota of other things", [shop, quota({ secrets: "5", ...doors }), limits()], "has one of"],
    [
      "a quota of another namespace",
      [shop, quota(undefined, { namespace: "other" }), limits()],
      ["has one of pods", "has services.loadbalancers"],
    ],
    ["no limits", [shop, quota()], noLimits],
    ["limits of another namespace", [shop, quota(), limits({}, { namespace: "x" })], noLimits],
    ["limits of whole pods", [shop, quota(), limits({ type: "Pod", max: {} })], noLimits],
    ["requests alone", [shop, quota(), limits({ defaultRequest: { memory: "1Gi" } })], noLimits],
    ["a default of CPU alone", [shop, quota(), limits({ default: { cpu: "1" } })], noLimits],
  ],
});
