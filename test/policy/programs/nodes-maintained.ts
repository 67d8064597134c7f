import { gkeNodes } from "./support/gke.ts";

gkeNodes({ management: { autoRepair: true, autoUpgrade: false } });
