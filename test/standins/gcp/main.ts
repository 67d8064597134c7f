import { cloudServer, serveCloud } from "../kit/cloud-provider.ts";
import { gcp } from "./gcp-cloud.ts";

await serveCloud(await cloudServer(gcp));
