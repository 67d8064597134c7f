import { shop } from "./support/shop.ts";
import { container, podSpec } from "./support/workload.ts";

shop(podSpec({ containers: [container({ startupProbe: undefined })] }));
