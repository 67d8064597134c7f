import grpc from "@grpc/grpc-js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { PluginError } from "../../../tools/plugins/kit/errors.ts";
import { parseJson, type Json, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import { containsUnknown, plainObject } from "../../../tools/plugins/kit/properties.ts";
import {
  providerServer,
  type CheckCall,
  type Checked,
  type Failure,
  type Provider,
} from "../../../tools/plugins/kit/provider.ts";
import { serve, unary } from "../../../tools/plugins/kit/serve.ts";
import { installedVersion } from "../../../tools/plugins/kit/version.ts";
import { compare, toChanges } from "./compare.ts";
import { named } from "./autoname.ts";
import { cloudFolder } from "./cloud-folder.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { difference } from "./differences.ts";
import { read } from "./read.ts";
import type { Cloud } from "./row.ts";
import { checkFields } from "./schema/check.ts";
import { loadSchema } from "./schema/load.ts";
import { resourceSchema } from "./schema/sdk-schema.ts";
import { rowOf, shaperOf, type Session } from "./session.ts";
import { CloudStore } from "./store.ts";
import { update } from "./update.ts";

function providerToken(cloud: Cloud): string {
  return `pulumi:providers:${cloud.name}`;
}

/** The engine sends what is no string as JSON. */
function configValue(text: string): Json {
  return /^[[{]|^(true|false)$/.test(text) ? parseJson(text) : text;
}

function check(session: Session, call: CheckCall): Checked {
  const row = rowOf(session, call.type);
  const { inputs: fields } = resourceSchema(session.schema, call.type);
  const subject = { logicalName: call.name, seed: call.seed };
  const inputs = named(call.news, call.olds, subject, row.autoname);
  const plain = plainObject(inputs);
  const failures = checkFields(plain, fields, session.schema.types);
  const more = containsUnknown(plain) ? [] : (row.problems?.(plain) ?? []);
  return { inputs, failures: [...failures, ...more] };
}

/** Options that every provider takes beside those of its own. */
const engineOptions = ["version", "pluginDownloadURL"];

function checkConfig(session: Session, call: CheckCall): Checked {
  const { inputs: fields } = resourceSchema(session.schema, providerToken(session.cloud));
  const failures = Object.keys(call.news)
    .filter((key) => !(key in fields) && !engineOptions.includes(key) && !key.startsWith("__"))
    .map((property): Failure => ({ property, reason: "unknown field" }));
  return { inputs: call.news, failures };
}

function cloudProvider(session: Session, cancel: () => void): Provider {
  const { cloud } = session;
  const version = installedVersion(cloud.sdk);
  return {
    name: cloud.name,
    version,
    official: `${cloud.name} v${version}`,
    checkConfig: (call) => checkConfig(session, call),
    diffConfig: (call) => {
      const [olds, news] = [plainObject(call.oldInputs), plainObject(call.news)];
      return { changes: toChanges(compare(olds, news), []) };
    },
    configure: (variables) => {
      const entries = [...variables].map(([key, text]): [string, Json] => [key, configValue(text)]);
      session.config = Object.fromEntries(entries);
    },
    check: (call) => check(session, call),
    diff: (call) => difference(shaperOf(session, call.type), call, session.config),
    create: (call) => create(session, call),
    update: (call) => update(session, call),
    read: (call) => read(session, call),
    delete: (call) => remove(session, call),
    cancel,
  };
}

/** Functions are refused: a program that asks the cloud cannot be previewed without one. */
function refuseInvoke(cloud: Cloud): IResourceProviderServer["invoke"] {
  return unary((request) => {
    throw new PluginError(
      grpc.status.FAILED_PRECONDITION,
      `the program asks the cloud: it calls ${request.getTok()}, and the stand-in for ${cloud.name} ` +
        "answers no functions. Take the value from the stack's config.",
    );
  });
}

export interface CloudServer {
  readonly session: Session;
  readonly provider: Provider;
  readonly server: IResourceProviderServer;
}

/** The gRPC service of a cloud's provider; a stand-in with remote components adds its own `construct`. */
export async function cloudServer(cloud: Cloud, folder = cloudFolder()): Promise<CloudServer> {
  const schema = await loadSchema(cloud.sdk, [providerToken(cloud), ...cloud.rows.keys()]);
  const stop = new AbortController();
  const config: JsonObject = {};
  const store = new CloudStore(folder);
  const session: Session = { cloud, schema, store, signal: stop.signal, config };
  const provider = cloudProvider(session, () => {
    stop.abort();
  });
  const server = { ...providerServer(provider), invoke: refuseInvoke(cloud) };
  return { session, provider, server };
}

/** Serves a provider to the engine that started this process. */
export async function serveCloud({ server }: Pick<CloudServer, "server">): Promise<void> {
  await serve(providerGrpc.ResourceProviderService, server);
}
