import { readOnlyRoot } from "../../../policy/rules/pods/read-only-root.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { containerWith, secured } from "../kit/workloads.ts";

describeRule(readOnlyRoot, {
  passes: [["a read-only root", containerWith({})]],
  fails: [
    ["a writable root", containerWith(secured({ readOnlyRootFilesystem: false })), "can write to"],
    ["a container that says nothing", containerWith({ securityContext: {} }), "can write to"],
    ["an unknown security context", containerWith({ securityContext: unknown }), "is not known"],
  ],
  repairs: [["a container that says nothing", containerWith({ securityContext: {} })]],
});
