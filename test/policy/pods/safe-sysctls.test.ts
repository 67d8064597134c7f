import { safeSysctls } from "../../../policy/rules/pods/safe-sysctls.ts";
import { unknown } from "../kit/evaluate.ts";
import { describePods, securedPod } from "../kit/pod-cases.ts";

const sysctls = (...names: unknown[]) =>
  securedPod({ sysctls: names.map((name) => ({ name, value: "1" })) });

describePods(safeSysctls, {
  broken: [
    ["sets one of the node", sysctls("kernel.msgmax"), "sets kernel.msgmax for its node"],
    [
      "sets two beside a safe one",
      sysctls("a", "net.ipv4.tcp_rmem", "b"),
      "sets a, b for its node",
    ],
    ["is not known", sysctls(unknown), "name is not known before"],
  ],
  right: [
    ["sets those that are its own", sysctls("net.ipv4.tcp_syncookies", "kernel.shm_rmid_forced")],
    [
      "sets one that a setting allows",
      sysctls("net.core.somaxconn"),
      { allowed: ["net.core.somaxconn"] },
    ],
  ],
});
