import { Life } from "../harness/scenario.ts";
import { productionLife } from "../lives/production.ts";

Life.of("prod-eks", productionLife);
