import { autoscaler } from "./support/autoscaler.ts";
import { shop } from "./support/shop.ts";

shop();
autoscaler();
