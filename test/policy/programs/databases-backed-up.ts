import { rds } from "./support/rds.ts";

rds({ backupRetentionPeriod: 1 });
