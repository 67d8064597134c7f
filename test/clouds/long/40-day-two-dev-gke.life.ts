import { Life } from "../harness/scenario.ts";
import { dayTwoLife } from "../lives/day-two.ts";

Life.of("dev-gke", dayTwoLife);
