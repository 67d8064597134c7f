import { limits, makeNamespace, quota } from "./support/namespace.ts";

makeNamespace();
limits();
quota();
