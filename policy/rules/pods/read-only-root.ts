import { at, isObject } from "../../kit/json.ts";
import { nsaCisa } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";

export const readOnlyRoot = containerRule({
  name: "read-only-root",
  title: "Containers can't write to their root filesystem",
  why: "Whoever gets into a container that can write to its own programs stays there, and fills the disk of the node.",
  fix: "set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where it has to write",
  severity: "high",
  frameworks: [nsaCisa("Immutable container file systems")],
  check: ({ spec }, report) => {
    if (at(spec, "securityContext", "readOnlyRootFilesystem") !== true) {
      report("can write to its root filesystem");
    }
  },
  remediate: ({ spec }) => {
    if (!isObject(spec) || at(spec, "securityContext", "readOnlyRootFilesystem") === true)
      return false;
    const context = at(spec, "securityContext");
    spec["securityContext"] = {
      ...(isObject(context) ? context : {}),
      readOnlyRootFilesystem: true,
    };
    return true;
  },
});
