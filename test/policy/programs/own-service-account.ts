import { shop } from "./support/shop.ts";
import { podSpec } from "./support/workload.ts";

shop(podSpec({ serviceAccountName: undefined }));
