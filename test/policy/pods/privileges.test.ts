import {
  dropCapabilities,
  maskedProc,
  noPrivileged,
  noPrivilegeEscalation,
  readOnlyRoot,
} from "../../../policy/rules/pods/confinement.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { containerWith, secured } from "../kit/workloads.ts";

const securedWith = (changes: object) => containerWith(secured({ ...changes }));
const bare = containerWith({ securityContext: undefined });

describeRule(noPrivileged, {
  passes: [
    ["a container that says false", securedWith({ privileged: false })],
    ["a container that says nothing", bare],
  ],
  fails: [
    ["a privileged container", securedWith({ privileged: true }), "is privileged. Fix"],
    ["another value than false", securedWith({ privileged: "yes" }), "is privileged"],
  ],
});

const escalation = (allowPrivilegeEscalation: unknown) => securedWith({ allowPrivilegeEscalation });

describeRule(noPrivilegeEscalation, {
  passes: [["a container that says false", escalation(false)]],
  fails: [
    ["a container that says true", escalation(true), "may get more rights than it starts with"],
    ["a container that says nothing", escalation(undefined), "may get more rights"],
    ["a container without a security context", bare, "may get more rights"],
  ],
});

const capable = (capabilities: unknown) => securedWith({ capabilities });
const two = capable({ drop: ["ALL"], add: ["NET_BIND_SERVICE", "CHOWN"] });

describeRule(dropCapabilities, {
  passes: [["one that is dropped with all", capable({ drop: ["NET_RAW", "ALL"], add: [] })]],
  fails: [
    ["a container that says nothing", capable(undefined), "keeps capabilities of root"],
    ["some that are dropped", capable({ drop: ["NET_RAW"] }), "keeps capabilities of root"],
    ["all in small letters", capable({ drop: ["all"] }), "keeps capabilities of root"],
    ["two that are added", two, "adds NET_BIND_SERVICE, CHOWN. Fix"],
  ],
});

describeRule(readOnlyRoot, {
  passes: [["a read-only root", containerWith({})]],
  fails: [
    ["a writable root", securedWith({ readOnlyRootFilesystem: false }), "can write to its root"],
    ["a container that says nothing", bare, "can write to its root"],
  ],
});

describeRule(maskedProc, {
  passes: [["the usual one", securedWith({ procMount: "Default" })]],
  fails: [["all of it", securedWith({ procMount: "Unmasked" }), "sees /proc unmasked"]],
});
