import { Life } from "../harness/scenario.ts";
import { developmentLife } from "../lives/development.ts";

Life.of("dev-eks", developmentLife);
