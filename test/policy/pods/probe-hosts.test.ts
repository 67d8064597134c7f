import { probeHosts } from "../../../policy/rules/pods/probe-hosts.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeContainers } from "../kit/pod-cases.ts";

const call = (host: unknown) => ({ httpGet: { path: "/", port: 80, host } });
const connection = { tcpSocket: { port: 80, host: "10.0.0.1" } };

describeContainers(probeHosts, {
  broken: [
    [
      "asks another whether it lives",
      { livenessProbe: call("10.0.0.1") },
      "livenessProbe.httpGet call 10.0.0.1",
    ],
    [
      "asks another whether it is ready",
      { readinessProbe: connection },
      "readinessProbe.tcpSocket call",
    ],
    [
      "asks another whether it has started",
      { startupProbe: connection },
      "startupProbe.tcpSocket call",
    ],
    [
      "calls another when it starts",
      { lifecycle: { postStart: call("db") } },
      "postStart.httpGet call db",
    ],
    [
      "calls another when it stops",
      { lifecycle: { preStop: connection } },
      "preStop.tcpSocket call",
    ],
    ["calls one that is not known", { livenessProbe: call(unknown) }, "host is not known before"],
  ],
  right: [["calls itself", { livenessProbe: call(""), lifecycle: { preStop: call(undefined) } }]],
});
