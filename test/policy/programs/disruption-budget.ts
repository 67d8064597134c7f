import { guardedNamespace } from "./support/namespace.ts";
import { deployment, serviceAccount } from "./support/workload.ts";

guardedNamespace();
serviceAccount();
deployment();
