import { rds } from "./support/rds.ts";

rds({ password: "correct-horse-battery-staple" });
