import { noHostPorts } from "../../../policy/rules/pods/no-host-ports.ts";
import { unknown } from "../kit/evaluate.ts";
import { describeContainers } from "../kit/pod-cases.ts";

const ports = (...hostPorts: unknown[]) => ({
  ports: hostPorts.map((hostPort) => ({ containerPort: 8080, hostPort })),
});

describeContainers(noHostPorts, {
  broken: [
    ["takes one", ports(8080), "listens on port 8080 of its node"],
    ["takes one beside one inside", ports(undefined, 9000), "listens on port 9000 of its node"],
    ["is not known", ports(unknown), "hostPort is not known before"],
  ],
  right: [
    ["takes none", ports(0, undefined, null)],
    ["takes one that a setting allows", ports(9100), { allowed: [9100] }],
  ],
});
