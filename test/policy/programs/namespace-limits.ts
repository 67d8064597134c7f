import { denyAll, limits, makeNamespace } from "./support/namespace.ts";

makeNamespace();
denyAll();
limits();
