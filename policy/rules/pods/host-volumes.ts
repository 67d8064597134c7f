import { Type } from "typebox";
import { cisKubernetes, podSecurityBaseline } from "../../kit/frameworks.ts";
import { isPresent, textAt } from "../../kit/json.ts";
import { eachObject } from "../../kit/objects.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isBelow } from "./node-paths.ts";

export const hostVolumes = resourceRule({
  name: "host-volumes",
  title: "No PersistentVolume is a folder of a node",
  why: "A pod that may mount no folder of its node gets one all the same by a claim, which no rule about pods can see.",
  fix: "let a StorageClass make the volume, or take spec.local for a disk that a node has for this",
  severity: "high",
  frameworks: [
    podSecurityBaseline("HostPath Volumes"),
    cisKubernetes("Minimize the admission of HostPath volumes"),
  ],
  config: Type.Object({
    allowed: Type.Array(
      Type.Object(
        {
          path: Type.String({
            description: "Folder of the node; what is below it is allowed too.",
          }),
          reason: Type.String({ minLength: 10, description: "Why volumes may be there." }),
        },
        { additionalProperties: false },
      ),
      { default: [], description: "Folders of nodes that volumes may be." },
    ),
  }),
  check: (subject, report, { allowed }) => {
    eachObject(subject, ["PersistentVolume"], report, (fields, say) => {
      if (!isPresent(fields, "spec", "hostPath")) return;
      const path = textAt(fields, "spec", "hostPath", "path") ?? "";
      if (allowed.some((one) => isBelow(path, one.path))) return;
      say(`is ${path} of its node`);
    });
  },
});
