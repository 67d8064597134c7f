import { nsaCisa } from "../../kit/frameworks.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { runsOnWindows } from "../../kit/pods.ts";
import { ownContext, setContext } from "../../kit/security-context.ts";

const field = "readOnlyRootFilesystem";

export const readOnlyRoot = containerRule({
  name: "read-only-root",
  title: "Containers can't write to their root filesystem",
  why: "Whoever gets into a container that can write to its own programs stays there, and fills the disk of the node.",
  fix: "set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where it has to write",
  severity: "high",
  frameworks: [nsaCisa("Immutable container file systems")],
  check: (container, report) => {
    if (runsOnWindows(container.pod)) return;
    if (ownContext(container, field) !== true) report("can write to its root filesystem");
  },
  remediate: (container) =>
    !runsOnWindows(container.pod) &&
    ownContext(container, field) !== true &&
    setContext(container, field, true),
});
