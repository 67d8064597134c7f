import { gkeNodes } from "./support/gke.ts";

gkeNodes({ networkConfig: { enablePrivateNodes: false } });
