import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type {
  CheckRequest,
  CheckResponse,
  DiffRequest,
  DiffResponse,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb.js";
import { lacking, toServiceError } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import { readProperties, writeProperties } from "./properties.ts";
import { unary } from "./serve.ts";
import { parseUrn } from "./urn.ts";

/** What every request about a resource says of it. */
export interface Subject {
  urn: string;
  /** "package:module:Type". */
  type: string;
  /** Logical name in the program. */
  name: string;
}

export interface Failure {
  property: string;
  reason: string;
}

export interface Checked {
  inputs: JsonObject;
  failures?: readonly Failure[];
}

/** How one property differs; "-replace" means that it cannot change in place. */
export type Change =
  | "add"
  | "delete"
  | "update"
  | "add-replace"
  | "delete-replace"
  | "update-replace";

export interface Difference {
  /** Property path, as in "spec.containers[0].image", to its change. */
  changes: ReadonlyMap<string, Change>;
  deleteBeforeReplace?: boolean;
}

export interface CheckCall extends Subject {
  olds: JsonObject;
  news: JsonObject;
  seed: Uint8Array;
}

export interface DiffCall extends Subject {
  id: string;
  olds: JsonObject;
  oldInputs: JsonObject;
  news: JsonObject;
  ignoreChanges: readonly string[];
}

export interface CreateCall extends Subject {
  inputs: JsonObject;
  preview: boolean;
  /** From the resource's customTimeouts; 0 when not set. */
  timeoutSeconds: number;
}

export interface UpdateCall extends DiffCall {
  preview: boolean;
  timeoutSeconds: number;
}

export interface ReadCall extends Subject {
  id: string;
  properties: JsonObject;
  inputs: JsonObject;
}

export interface DeleteCall extends Subject {
  id: string;
  properties: JsonObject;
  oldInputs: JsonObject;
  timeoutSeconds: number;
}

export interface Read {
  id: string;
  properties: JsonObject;
  inputs: JsonObject;
}

/** A resource provider in terms of JSON; property bags carry their secrets wrapped. */
export interface Provider {
  name: string;
  version: string;
  /** "name vVERSION" of the official plugin, for errors. */
  official: string;
  checkConfig(call: CheckCall): Checked;
  diffConfig(call: DiffCall): Difference;
  configure(variables: ReadonlyMap<string, string>): void;
  check(call: CheckCall): Checked | Promise<Checked>;
  diff(call: DiffCall): Difference | Promise<Difference>;
  create(call: CreateCall): Promise<{ id: string; properties: JsonObject }>;
  update(call: UpdateCall): Promise<JsonObject>;
  read(call: ReadCall): Promise<Read | undefined>;
  delete(call: DeleteCall): Promise<void>;
  cancel(): void;
}

const kinds: Record<Change, providerPb.PropertyDiff.Kind> = {
  add: providerPb.PropertyDiff.Kind.ADD,
  delete: providerPb.PropertyDiff.Kind.DELETE,
  update: providerPb.PropertyDiff.Kind.UPDATE,
  "add-replace": providerPb.PropertyDiff.Kind.ADD_REPLACE,
  "delete-replace": providerPb.PropertyDiff.Kind.DELETE_REPLACE,
  "update-replace": providerPb.PropertyDiff.Kind.UPDATE_REPLACE,
};

function subject(request: { getUrn(): string }): Subject {
  return { urn: request.getUrn(), ...parseUrn(request.getUrn()) };
}

function checkCall(request: CheckRequest): CheckCall {
  return {
    ...subject(request),
    olds: readProperties(request.getOlds()),
    news: readProperties(request.getNews()),
    seed: request.getRandomseed_asU8(),
  };
}

function checkResponse(checked: Checked): CheckResponse {
  const response = new providerPb.CheckResponse().setInputs(writeProperties(checked.inputs));
  for (const { property, reason } of checked.failures ?? []) {
    response.addFailures(new providerPb.CheckFailure().setProperty(property).setReason(reason));
  }
  return response;
}

function diffCall(request: DiffRequest | UpdateRequest): DiffCall {
  return {
    ...subject(request),
    id: request.getId(),
    olds: readProperties(request.getOlds()),
    oldInputs: readProperties(request.getOldInputs()),
    news: readProperties(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

function diffResponse(difference: Difference): DiffResponse {
  const response = new providerPb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  response.setChanges(difference.changes.size === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(difference.deleteBeforeReplace ?? false);
  for (const [path, change] of difference.changes) {
    const entry = new providerPb.PropertyDiff().setKind(kinds[change]).setInputdiff(true);
    response.getDetaileddiffMap().set(path, entry);
    response.addDiffs(path);
    if (change.endsWith("-replace")) response.addReplaces(path);
  }
  return response;
}

function protocol(provider: Provider): Pick<IResourceProviderServer, "handshake" | "configure"> {
  return {
    handshake: unary(() => new providerPb.ProviderHandshakeResponse().setAcceptSecrets(true)),
    configure: unary((request) => {
      const variables = new Map<string, string>();
      const prefix = `${provider.name}:config:`;
      request.getVariablesMap().forEach((value, key) => {
        variables.set(key.startsWith(prefix) ? key.slice(prefix.length) : key, value);
      });
      provider.configure(variables);
      return new providerPb.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
  };
}

function resources(
  provider: Provider,
): Pick<
  IResourceProviderServer,
  "checkConfig" | "diffConfig" | "check" | "diff" | "create" | "update" | "read" | "delete"
> {
  return {
    checkConfig: unary((request) => checkResponse(provider.checkConfig(checkCall(request)))),
    diffConfig: unary((request) => diffResponse(provider.diffConfig(diffCall(request)))),
    check: unary(async (request) => checkResponse(await provider.check(checkCall(request)))),
    diff: unary(async (request) => diffResponse(await provider.diff(diffCall(request)))),
    create: unary(async (request) => {
      const created = await provider.create({
        ...subject(request),
        inputs: readProperties(request.getProperties()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new providerPb.CreateResponse()
        .setId(created.id)
        .setProperties(writeProperties(created.properties));
    }),
    update: unary(async (request) => {
      const properties = await provider.update({
        ...diffCall(request),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new providerPb.UpdateResponse().setProperties(writeProperties(properties));
    }),
    read: unary(async (request) => {
      const found = await provider.read({
        ...subject(request),
        id: request.getId(),
        properties: readProperties(request.getProperties()),
        inputs: readProperties(request.getInputs()),
      });
      if (found === undefined) return new providerPb.ReadResponse();
      return new providerPb.ReadResponse()
        .setId(found.id)
        .setProperties(writeProperties(found.properties))
        .setInputs(writeProperties(found.inputs));
    }),
    delete: unary(async (request) => {
      await provider.delete({
        ...subject(request),
        id: request.getId(),
        properties: readProperties(request.getProperties()),
        oldInputs: readProperties(request.getOldInputs()),
        timeoutSeconds: request.getTimeout(),
      });
      return new emptyPb.Empty();
    }),
  };
}

/** The gRPC service of a provider. What no stand-in does is refused with the name of the official plugin. */
export function providerServer(provider: Provider): IResourceProviderServer {
  const refuse = (what: string): never => {
    throw lacking(what, provider.official);
  };
  return {
    ...protocol(provider),
    ...resources(provider),
    getPluginInfo: unary(() => new pluginPb.PluginInfo().setVersion(provider.version)),
    getSchema: unary(() =>
      new providerPb.GetSchemaResponse().setSchema(
        JSON.stringify({ name: provider.name, version: provider.version }),
      ),
    ),
    attach: unary(() => new emptyPb.Empty()),
    cancel: unary(() => {
      provider.cancel();
      return new emptyPb.Empty();
    }),
    getMapping: unary(() => new providerPb.GetMappingResponse()),
    getMappings: unary(() => new providerPb.GetMappingsResponse()),
    parameterize: unary(() => refuse("a parameterized package")),
    invoke: unary((request) => refuse(`the function ${request.getTok()}`)),
    call: unary((request) => refuse(`the method ${request.getTok()}`)),
    construct: unary((request) => refuse(`the component ${request.getType()}`)),
    list: (call) => {
      call.destroy(toServiceError(lacking("listing resources", provider.official)));
    },
  };
}
