import { Type } from "typebox";
import { cisKubernetes, nsaCisa, podSecurityRestricted } from "../../kit/frameworks.ts";
import { listAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { runsOnWindows, type Container, type Pod } from "../../kit/pods.ts";
import { ownContext, setContext } from "../../kit/security-context.ts";

function listed(container: Container | Pod, field: "add" | "drop"): unknown[] {
  return [...listAt(ownContext(container, "capabilities"), field)];
}

function isDropped(container: Container): boolean {
  return listed(container, "drop").includes("ALL");
}

function addedBeside(container: Container | Pod, allowed: readonly string[]): unknown[] {
  return listed(container, "add").filter(
    (one) => typeof one !== "string" || !allowed.includes(one),
  );
}

export const dropCapabilities = containerRule({
  name: "drop-capabilities",
  title: "Containers have none of the rights that make up root",
  why: "A container has fourteen capabilities of root if nobody takes them away, and none of them is needed by a usual program.",
  fix: 'set securityContext.capabilities to { drop: ["ALL"] } for each container, with nothing in add',
  severity: "high",
  frameworks: [
    podSecurityRestricted("Capabilities"),
    nsaCisa("Pod security enforcement: capabilities"),
    cisKubernetes("Minimize the admission of containers with capabilities assigned"),
  ],
  config: Type.Object({
    allowed: Type.Array(Type.String(), {
      default: [],
      description:
        "Capabilities that containers may add. Pod Security allows `NET_BIND_SERVICE`, which a port from 1024 up makes needless.",
    }),
  }),
  pod: {
    check: (pod, report, { allowed }) => {
      const added = addedBeside(pod, allowed);
      if (added.length > 0) report(`adds ${added.map(String).join(", ")}`);
    },
  },
  check: (container, report, { allowed }) => {
    if (runsOnWindows(container.pod)) return;
    if (!isDropped(container)) report("keeps capabilities of root");
    const added = addedBeside(container, allowed);
    if (added.length > 0) report(`adds ${added.map(String).join(", ")}`);
  },
  remediate: (container, { allowed }) => {
    if (runsOnWindows(container.pod)) return false;
    const added = listed(container, "add");
    const tooMany = addedBeside(container, allowed);
    if (isDropped(container) && tooMany.length === 0) return false;
    const add = added.filter((one) => !tooMany.includes(one));
    return setContext(container, "capabilities", {
      drop: ["ALL"],
      ...(add.length > 0 && { add }),
    });
  },
});
