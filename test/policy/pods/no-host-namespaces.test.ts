import { noHostNamespaces } from "../../../policy/rules/pods/no-host-namespaces.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeContainers, describePods, secured, securedPod } from "../kit/pod-cases.ts";

const windows = { windowsOptions: { hostProcess: true } };

describeContainers(noHostNamespaces, {
  broken: [["runs as a process of the node", secured(windows), "runs as a process of its Windows"]],
  right: [["says that it does not", secured({ windowsOptions: { hostProcess: false } })]],
});

describePods(noHostNamespaces, {
  broken: [
    ["shares the network", { hostNetwork: true }, "shares the network of its node"],
    ["shares the processes", { hostPID: true }, "shares the processes of its node"],
    ["shares the memory", { hostIPC: true }, "shares the shared memory of its node"],
    ["runs as processes of the node", securedPod(windows), "runs as processes of its Windows node"],
    ["is not known", { hostPID: unknown }, "hostPID is not known before"],
  ],
  right: [["says that it shares none", { hostNetwork: false, hostPID: false, hostIPC: false }]],
});
