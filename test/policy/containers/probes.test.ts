import { expect, it } from "vitest";
import { probes, probeTiming, startupProbe } from "../../../policy/rules/containers/lifecycle.ts";
import { describeRule, type Failing, type Passing } from "../kit/rule-cases.ts";
import { container, containerWith, kindsWithPods, podSpec, podWith } from "../kit/workloads.ts";

const none = { startupProbe: undefined, readinessProbe: undefined, livenessProbe: undefined };
const first = (fields: object) => podWith({ initContainers: [container({ ...fields })] });
const sidecar = (fields: object) => first({ ...fields, restartPolicy: "Always" });
const job = (spec: object) => kindsWithPods["Job"]!(podSpec({ ...spec }));

describeRule(probes, {
  passes: [
    ["pods that end", job({ containers: [container(none)] })],
    ["containers that run first", first(none)],
    ["containers put in by hand", podWith({ ephemeralContainers: [{ name: "debug" }] })],
    ...["httpGet", "tcpSocket", "grpc", "exec"].map((way): Passing => {
      const probe = { [way]: {} };
      return [`a probe by ${way}`, containerWith({ readinessProbe: probe, livenessProbe: probe })];
    }),
  ],
  fails: [
    ["no liveness probe", containerWith({ livenessProbe: null }), "has no livenessProbe. Fix"],
    ...[undefined, null, {}, { periodSeconds: 10 }].map((readinessProbe): Failing => {
      const what = `the readiness probe ${JSON.stringify(readinessProbe)}`;
      return [what, containerWith({ readinessProbe }), "has no readinessProbe"];
    }),
    ["a sidecar without", sidecar({ readinessProbe: null }), 'sidecar "main" has no'],
    [
      "the sidecar of a Job, which runs as long as the Job",
      job({ initContainers: [{ name: "proxy", restartPolicy: "Always" }] }),
      ["has no readinessProbe", "has no livenessProbe"],
    ],
  ],
});

describeRule(startupProbe, {
  passes: [
    ["pods that end", job({ containers: [container({ startupProbe: undefined })] })],
    ["containers that run first", first({ startupProbe: undefined })],
    ["no liveness probe, so that nothing kills", containerWith(none)],
  ],
  fails: [
    ["none", containerWith({ startupProbe: undefined }), "a liveness probe and no startup probe"],
    ["an empty one", containerWith({ startupProbe: {} }), "a liveness probe and no startup probe"],
    ["a sidecar without", sidecar({ startupProbe: undefined }), 'sidecar "main" has a liveness'],
  ],
});

it("startup-probe gives advice unless a config file says more", () => {
  expect(startupProbe.policy.enforcementLevel).toBe("advisory");
});

const way = { tcpSocket: { port: 8080 } };
const alive = (timing: object) => containerWith({ livenessProbe: { ...way, ...timing } });
const ready = { readinessProbe: { ...way, timeoutSeconds: 11 } };
const starting = (timing: object) => containerWith({ startupProbe: { ...way, ...timing } });
const alone = (timing: object) => containerWith({ ...none, livenessProbe: { ...way, ...timing } });

describeRule(probeTiming, {
  passes: [
    ["figures that are not set", containerWith({ ...none, livenessProbe: way })],
    ["zero, which counts as not set", alive({ failureThreshold: 0, timeoutSeconds: 0 })],
    ["20 s to start, with the delay", starting({ initialDelaySeconds: 5, periodSeconds: 5 })],
    [
      "a startup probe that takes longer than its period",
      starting({ timeoutSeconds: 5, periodSeconds: 2, failureThreshold: 60 }),
    ],
    ["no probes, which is for another rule", containerWith(none)],
  ],
  fails: [
    ["a slow answer to readiness", containerWith(ready), "waits 11 s for the answer to its"],
    [
      "a slow answer to liveness",
      alive({ timeoutSeconds: 31, periodSeconds: 30 }),
      "waits 31 s for the answer to its livenessProbe",
    ],
    [
      "a kill at the first failure",
      alive({ failureThreshold: 1, periodSeconds: 60 }),
      "is killed after 1 failed liveness probe",
    ],
    [
      "a kill before a start of 20 s",
      starting({ periodSeconds: 1, failureThreshold: 19 }),
      "is killed if it has not started after 19 s, less than 20",
    ],
    [
      "a kill while it starts, without a startup probe",
      alone({ periodSeconds: 5, initialDelaySeconds: 4 }),
      "after 19 s, less than 20",
    ],
    ["a kill before it is out of service", alive({ periodSeconds: 9 }), "before readiness takes"],
    ["a sidecar", sidecar(ready), 'sidecar "main" waits 11 s'],
  ],
});
