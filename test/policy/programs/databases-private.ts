import { rds } from "./support/rds.ts";

rds({ publiclyAccessible: true });
