import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { providerServer } from "../kit/provider.ts";
import { serve } from "../kit/serve.ts";
import { randomProvider } from "./provider.ts";

await serve(providerGrpc.ResourceProviderService, providerServer(randomProvider()));
