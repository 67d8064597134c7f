import { maskedProc } from "../../../policy/rules/pods/masked-proc.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeContainers, secured } from "../kit/pod-cases.ts";

describeContainers(maskedProc, {
  broken: [
    ["sees all of it", secured({ procMount: "Unmasked" }), "sees /proc unmasked"],
    ["is not known", secured({ procMount: unknown }), "procMount is not known before"],
  ],
  right: [["names the usual one", secured({ procMount: "Default" })]],
});
