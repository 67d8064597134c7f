import { describe, expect, it } from "vitest";
import { gracefulTermination } from "../../../policy/rules/containers/graceful-termination.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { describePods } from "../kit/pod-cases.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

const grace = (seconds: unknown) => ({ terminationGracePeriodSeconds: seconds });

function preStop(hook: object, seconds: unknown = 30) {
  return { ...grace(seconds), containers: [container({ lifecycle: { preStop: hook } })] };
}

const exec = (...command: string[]) => ({ exec: { command } });

describePods(gracefulTermination, {
  broken: [
    ["may take hours", grace(601), "holds up the drain of its node for up to 601 s, more than 600"],
    [
      "sleeps as long as it has",
      preStop({ sleep: { seconds: 30 } }),
      'container "main" waits 30 s in preStop, and the pod is killed after 30 s',
    ],
    [
      "says nothing",
      grace(undefined),
      "does not say how long it may take to stop, and is killed after 30 s",
    ],
    ["sleeps by a command", preStop(exec("sleep", "28")), "waits 28 s in preStop"],
    ["sleeps by a command with a path", preStop(exec("/bin/sleep", "1m")), "waits 60 s in preStop"],
    [
      "sleeps in a shell",
      preStop(exec("sh", "-c", "sleep 26 && nginx -s quit")),
      "waits 26 s in preStop",
    ],
    [
      "sleeps twice",
      preStop(exec("sh", "-c", "sleep 20; drain; sleep 10")),
      "waits 30 s in preStop",
    ],
    ["has a time that is unknown", grace(unknown), "terminationGracePeriodSeconds is not known"],
  ],
  right: [
    ["says nothing where it need not", grace(undefined), { stated: false }],
    ["has the least", grace(10)],
    ["has the most", grace(600)],
    ["has five seconds left after a pause", preStop({ sleep: { seconds: 25 } })],
    ["has five seconds left after a command", preStop(exec("sleep", "25"))],
    ["asks something else in preStop", preStop({ httpGet: { path: "/drain", port: 80 } })],
    ["mentions sleep in another word", preStop(exec("sh", "-c", "stop --sleep-mode 99"))],
    ["needs less", grace(5), { minSeconds: 5 }],
    ["may take longer", grace(7200), { maxSeconds: 7200 }],
  ],
});

describe("graceful-termination", () => {
  it.each(Object.keys(kindsWithPods))("gives a %s that runs for ever time to stop", (kind) => {
    const said = evaluate(gracefulTermination, kindsWithPods[kind]!(podSpec(grace(0))));
    expect(said).toEqual(
      ["Job", "CronJob"].includes(kind)
        ? []
        : [expect.stringContaining("is killed 0 s after it is told to stop, less than 10. Fix: ")],
    );
  });

  it("looks at the hooks of sidecars", () => {
    const sidecar = {
      name: "proxy",
      restartPolicy: "Always",
      lifecycle: { preStop: { sleep: { seconds: 60 } } },
    };
    expect(
      evaluate(gracefulTermination, deployment(podSpec({ initContainers: [sidecar] }))),
    ).toEqual([expect.stringContaining('sidecar "proxy" waits 60 s in preStop')]);
  });

  it("counts with the default of Kubernetes where nothing is said", () => {
    const resource = deployment(podSpec(preStop({ sleep: { seconds: 26 } }, undefined)));
    expect(evaluate(gracefulTermination, resource, { stated: false })).toEqual([
      expect.stringContaining("waits 26 s in preStop, and the pod is killed after 30 s"),
    ]);
  });

  it("takes from the setting what is left for the process", () => {
    const resource = deployment(podSpec(preStop({ sleep: { seconds: 25 } })));
    expect(evaluate(gracefulTermination, resource, { stopSeconds: 6 })).toHaveLength(1);
  });
});
