import { Life } from "./harness/scenario.ts";
import { shortLife } from "./lives/short.ts";

Life.of("dev-gke", shortLife);
