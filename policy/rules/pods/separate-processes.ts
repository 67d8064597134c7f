import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";

const field = "shareProcessNamespace";

export const separateProcesses = podRule({
  name: "separate-processes",
  title: "The containers of a pod don't see each other's processes",
  why: "A container that sees the others' processes reads their environment and their files, secrets included.",
  fix: "remove shareProcessNamespace, or set it to false",
  severity: "medium",
  frameworks: [kubernetesDocs("Share Process Namespace between Containers in a Pod")],
  check: ({ spec }, report) => {
    if (isPresent(spec, field) && at(spec, field) !== false) {
      report("lets its containers see each other's processes");
    }
  },
});
