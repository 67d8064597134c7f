import { guardedNamespace } from "./support/namespace.ts";
import { budget, deployment, serviceAccount } from "./support/workload.ts";

guardedNamespace();
serviceAccount();
deployment();
budget({ maxUnavailable: 0 });
