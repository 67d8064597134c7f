import { Life } from "../harness/scenario.ts";
import { growingLife } from "../lives/growing.ts";

Life.of("dev-gke", growingLife);
