import { rds } from "./support/rds.ts";

rds({ storageEncrypted: false });
