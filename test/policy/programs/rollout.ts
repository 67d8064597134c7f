import { guardedNamespace } from "./support/namespace.ts";
import { budget, deployment, podSpec, serviceAccount } from "./support/workload.ts";

guardedNamespace();
serviceAccount();
deployment(podSpec(), { strategy: { type: "Recreate" } });
budget();
