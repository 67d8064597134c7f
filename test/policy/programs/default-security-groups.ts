import { vpc } from "./support/vpc.ts";

vpc({ closed: false });
