import {
  noHostNamespaces,
  noHostPorts,
  probeHosts,
} from "../../../policy/rules/pods/node-access.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { containerWith, podWith } from "../kit/workloads.ts";

describeRule(noHostNamespaces, {
  passes: [
    ["a pod that shares none", podWith({ hostNetwork: false, hostPID: false, hostIPC: false })],
  ],
  fails: [
    ["the network", podWith({ hostNetwork: true }), "shares the network of its node (hostNetwork)"],
    ["the processes", podWith({ hostPID: true }), "shares the processes of its node"],
    ["processes", podWith({ shareProcessNamespace: true }), "see each other's processes"],
    ["the memory", podWith({ hostIPC: true }), "shares the shared memory of its node"],
  ],
});

const ports = (...hostPorts: unknown[]) =>
  containerWith({ ports: hostPorts.map((hostPort) => ({ containerPort: 8080, hostPort })) });

describeRule(noHostPorts, {
  passes: [["none", ports(0, undefined, null)]],
  fails: [
    ["one", ports(8080), "listens on port 8080 of its node"],
    ["one beside one of the pod", ports(undefined, 9000), "listens on port 9000 of its node"],
  ],
});

const call = (host: unknown) => ({ httpGet: { path: "/", port: 80, host } });
const connection = { tcpSocket: { port: 80, host: "10.0.0.1" } };

describeRule(probeHosts, {
  passes: [
    [
      "its own pod",
      containerWith({ livenessProbe: call(""), lifecycle: { preStop: call(undefined) } }),
    ],
  ],
  fails: [
    [
      "probes and hooks that call others",
      containerWith({
        livenessProbe: call("db"),
        readinessProbe: connection,
        startupProbe: connection,
        lifecycle: { postStart: call("db"), preStop: connection },
      }),
      [
        "livenessProbe.httpGet call db",
        "readinessProbe.tcpSocket call 10.0.0.1",
        "startupProbe.tcpSocket",
        "lifecycle.postStart.httpGet",
        "lifecycle.preStop.tcpSocket",
      ],
    ],
  ],
});
