import { noPrivileged } from "../../../policy/rules/pods/no-privileged.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeContainers, secured } from "../kit/pod-cases.ts";

describeContainers(noPrivileged, {
  broken: [
    ["says true", secured({ privileged: true }), "is privileged. Fix"],
    ["says something odd", secured({ privileged: "yes" }), "is privileged"],
    ["is not known", secured({ privileged: unknown }), "privileged is not known before"],
  ],
  right: [
    ["says false", secured({ privileged: false })],
    ["says nothing", { securityContext: undefined }],
  ],
});
