import { rds } from "./support/rds.ts";

rds({}, "0");
