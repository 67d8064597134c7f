import { selinux } from "../../../policy/rules/pods/selinux.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeContainers, describePods, secured, securedPod } from "../kit/pod-cases.ts";

const options = (seLinuxOptions: unknown) => ({ seLinuxOptions });

describeContainers(selinux, {
  broken: [
    ["takes a type without limits", secured(options({ type: "spc_t" })), "options: the type spc_t"],
    ["takes a user and a role", secured(options({ user: "u", role: "r" })), "options: user, role"],
    ["is not known", secured(options(unknown)), "seLinuxOptions is not known before"],
  ],
  right: [
    ["has a level of its own", secured(options({ level: "s0:c1,c2", type: "", user: "" }))],
    ["has a type of containers", secured(options({ type: "container_init_t" }))],
    ["has a type that a setting names", secured(options({ type: "x_t" })), { types: ["x_t"] }],
  ],
});

describePods(selinux, {
  broken: [["takes another type", securedPod(options({ type: "spc_t" })), "the type spc_t"]],
  right: [["has a level of its own", securedPod(options({ level: "s0:c1,c2" }))]],
});
