import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { serve } from "../kit/serve.ts";
import { languageHost } from "./host.ts";

// The engine's address is the only argument without a dash; newer engines repeat it in the handshake.
const address = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";

await serve(languageGrpc.LanguageRuntimeService, languageHost(address));
