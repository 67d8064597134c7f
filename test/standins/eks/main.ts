import * as pulumi from "@pulumi/pulumi";
import { exitWithParent } from "../../../tools/plugins/kit/serve.ts";
import { eksProvider } from "./provider.ts";

exitWithParent();
await pulumi.provider.main(eksProvider(), process.argv.slice(2));
