import { separateProcesses } from "../../../policy/rules/pods/separate-processes.ts";
import { unknown } from "../kit/evaluate.ts";
import { describePods } from "../kit/pod-cases.ts";

const field = "shareProcessNamespace";

describePods(separateProcesses, {
  broken: [
    ["says true", { [field]: true }, "lets its containers see each other's processes"],
    ["is not known", { [field]: unknown }, `${field} is not known before`],
  ],
  right: [["says false", { [field]: false }]],
});
