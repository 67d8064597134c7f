import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { providerServer } from "../kit/provider.ts";
import { serve } from "../kit/serve.ts";
import { kubernetesProvider } from "./provider.ts";

const provider = kubernetesProvider();
// The engine's address is the only argument without a dash; newer engines repeat it in the handshake.
provider.engine.connect(process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "");

await serve(providerGrpc.ResourceProviderService, providerServer(provider));
