import grpc from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { PluginError } from "../../../tools/plugins/kit/errors.ts";
import {
  plainObject,
  readProperties,
  writeProperties,
} from "../../../tools/plugins/kit/properties.ts";
import { unary } from "../../../tools/plugins/kit/serve.ts";
import { cloudServer, serveCloud } from "../kit/cloud-provider.ts";
import { aws } from "./cloud.ts";
import { functions } from "./functions.ts";

const { server, session } = await cloudServer(aws);

const invoke: typeof server.invoke = unary((request) => {
  const answer = functions.get(request.getTok());
  if (answer === undefined) {
    throw new PluginError(
      grpc.status.FAILED_PRECONDITION,
      `the program asks the cloud: it calls ${request.getTok()}. Take the value from the stack's config.`,
    );
  }
  const args = plainObject(readProperties(request.getArgs()));
  return new providerPb.InvokeResponse().setReturn(
    writeProperties(answer(args, session.store.folder)),
  );
});

await serveCloud({ server: { ...server, invoke } });
