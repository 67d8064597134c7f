import { gracefulTermination } from "../../../policy/rules/containers/lifecycle.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { container, kindsWithPods, podSpec, podWith } from "../kit/workloads.ts";

const grace = (terminationGracePeriodSeconds: unknown) =>
  podWith({ terminationGracePeriodSeconds });
const hooked = (preStop: object) =>
  podWith({ containers: [container({ lifecycle: { preStop } })] });
const command = (...words: string[]) => hooked({ exec: { command: words } });
const sleeping = (seconds: number) => ({ sleep: { seconds } });
const job = (seconds: unknown) =>
  kindsWithPods["Job"]!(podSpec({ terminationGracePeriodSeconds: seconds }));
const sidecar = { name: "proxy", restartPolicy: "Always", lifecycle: { preStop: sleeping(60) } };

describeRule(gracefulTermination, {
  passes: [
    ["the least", grace(10)],
    ["the most", grace(600)],
    ["pods that end by themselves", job(0)],
    ["such pods that say nothing", job(undefined)],
    ["five seconds after a pause", hooked(sleeping(25))],
    ["another hook", hooked({ httpGet: { path: "/drain", port: 80 } })],
    ["sleep in another word", command("sh", "-c", "stop --sleep-mode 99")],
  ],
  fails: [
    ["hours", grace(601), "holds up the drain of its node for up to 601 s, more than 600. Fix"],
    ["no time", grace(0), "is killed 0 s after it is told to stop, less than 10"],
    ["nothing said", grace(undefined), "does not say how long it may take to stop, and is killed"],
    ["a pause as long", hooked(sleeping(30)), '"main" waits 30 s in preStop, and the pod is'],
    ["one with a path and a unit", command("/bin/sleep", "1m"), "sleeps by a command"],
    ["a shell", command("sh", "-c", "sleep 26 && nginx -s quit"), "sleeps by a command of preStop"],
    ["a sidecar", podWith({ initContainers: [sidecar] }), 'sidecar "proxy" waits 60 s in preStop'],
    [
      "a hook of a pod that ends by itself, and has the time that Kubernetes gives",
      kindsWithPods["Job"]!({ containers: [container({ lifecycle: { preStop: sleeping(26) } })] }),
      "waits 26 s in preStop, and the pod is killed after 30 s",
    ],
  ],
});
