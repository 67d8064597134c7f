import { autoscaler } from "./support/autoscaler.ts";
import { guardedNamespace } from "./support/namespace.ts";
import { budget, deployment, podSpec, serviceAccount } from "./support/workload.ts";

guardedNamespace();
serviceAccount();
// Without a number: the autoscaler owns it.
deployment(podSpec(), { replicas: undefined });
budget();
autoscaler({ maxReplicas: 500 });
