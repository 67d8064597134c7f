import { spawn, type ChildProcess } from "node:child_process";
import grpc from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { pluginExecutable } from "./plugins.ts";

export type Bag = Record<string, unknown>;

const secretKey = "4dabf18193072939515e22adb298388d";
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function secret(value: unknown): Bag {
  return { [secretKey]: "1b47061264138c4ac30d75fd1eb44270", value };
}

export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && secretKey in value;
}

/** A resource whose object exists but is not ready. */
export class NotReady extends Error {
  readonly id: string;
  readonly properties: Bag;

  constructor(id: string, properties: Bag, reasons: string[]) {
    super(reasons.join("\n"));
    this.id = id;
    this.properties = properties;
  }
}

export interface Diff {
  changes: Record<string, string>;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export interface Resource {
  urn: string;
  id: string;
  inputs: Bag;
  state: Bag;
}

const kindNames = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

function toStruct(bag: Bag): structPb.Struct {
  return structPb.Struct.fromJavaScript(bag as Record<string, structPb.JavaScriptValue>);
}

function toBag(struct: structPb.Struct | undefined): Bag {
  return struct?.toJavaScript() ?? {};
}

/** The partial failure that gRPC's details carry, if they do. */
function withDetails(error: ServiceError): Error {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!(details instanceof Buffer)) return new Error(error.details);
  const any = statusPb.Status.deserializeBinary(details).getDetailsList()[0];
  const failed = any?.unpack(
    (bytes) => providerPb.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (failed === null || failed === undefined) return new Error(error.details);
  return new NotReady(failed.getId(), toBag(failed.getProperties()), failed.getReasonsList());
}

function toDiff(response: providerPb.DiffResponse): Diff {
  const changes: Record<string, string> = {};
  response.getDetaileddiffMap().forEach((entry, path) => {
    changes[path] = kindNames[entry.getKind()] ?? "";
  });
  return {
    changes,
    replaces: response.getReplacesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}

/** The engine's side of the protocol, as far as a provider uses it: it takes log messages. */
async function startEngine(logs: string[]): Promise<{ engine: grpc.Server; address: string }> {
  const engine = new grpc.Server();
  const log: grpc.handleUnaryCall<enginePb.LogRequest, emptyPb.Empty> = (call, done) => {
    logs.push(call.request.getMessage());
    done(null, new emptyPb.Empty());
  };
  const { log: logMethod } = engineGrpc.EngineService;
  engine.addService({ log: logMethod }, { log });
  const port = await new Promise<number>((resolve, reject) => {
    engine.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return { engine, address: `127.0.0.1:${port.toString()}` };
}

/** A provider plugin in a process of its own, spoken to as the engine does. */
export class ProviderProcess {
  /** What the provider told the engine, statuses included. */
  logs: readonly string[] = [];
  readonly #engine: grpc.Server;
  readonly #child: ChildProcess;
  readonly #client: InstanceType<typeof providerGrpc.ResourceProviderClient>;
  #seed = 0;

  private constructor(child: ChildProcess, port: number, engine: grpc.Server) {
    this.#child = child;
    this.#engine = engine;
    const address = `127.0.0.1:${port.toString()}`;
    this.#client = new providerGrpc.ResourceProviderClient(
      address,
      grpc.credentials.createInsecure(),
    );
  }

  static async start(name: string, config: Record<string, string>): Promise<ProviderProcess> {
    const logs: string[] = [];
    const { engine, address } = await startEngine(logs);
    const child = spawn(pluginExecutable(`pulumi-resource-${name}`), [address], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const port = await new Promise<number>((resolve) => {
      child.stdout.once("data", (data: Buffer) => {
        resolve(Number(data.toString().trim()));
      });
    });
    const provider = new ProviderProcess(child, port, engine);
    provider.logs = logs;
    await provider.#configure(name, config);
    return provider;
  }

  stop(): void {
    this.#client.close();
    this.#engine.forceShutdown();
    this.#child.kill();
  }

  #call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        if (error === null) resolve(response);
        else reject(withDetails(error));
      });
    });
  }

  async #configure(name: string, config: Record<string, string>): Promise<void> {
    const request = new providerPb.ConfigureRequest();
    request.setAcceptsecrets(true);
    request.setArgs(toStruct(config));
    for (const [key, value] of Object.entries(config)) {
      request.getVariablesMap().set(`${name}:config:${key}`, value);
    }
    await this.#call<providerPb.ConfigureResponse>((done) => this.#client.configure(request, done));
  }

  async checkConfig(news: Bag): Promise<string[]> {
    const request = new providerPb.CheckRequest().setNews(toStruct(news));
    request.setUrn("urn:pulumi:test::test::pulumi:providers:kubernetes::provider");
    const response = await this.#call<providerPb.CheckResponse>((done) =>
      this.#client.checkConfig(request, done),
    );
    return response.getFailuresList().map((failure) => failure.getReason());
  }

  async diffConfig(olds: Bag, news: Bag): Promise<Diff> {
    const request = new providerPb.DiffRequest()
      .setOlds(toStruct(olds))
      .setOldInputs(toStruct(olds));
    request.setUrn("urn:pulumi:test::test::pulumi:providers:kubernetes::provider");
    request.setNews(toStruct(news));
    return toDiff(
      await this.#call<providerPb.DiffResponse>((done) => this.#client.diffConfig(request, done)),
    );
  }

  async check(type: string, name: string, news: Bag, olds: Bag = {}): Promise<Bag> {
    this.#seed += 1;
    const request = new providerPb.CheckRequest().setNews(toStruct(news)).setOlds(toStruct(olds));
    request.setUrn(`urn:pulumi:test::test::${type}::${name}`);
    request.setRandomseed(Buffer.from(this.#seed.toString()));
    const response = await this.#call<providerPb.CheckResponse>((done) =>
      this.#client.check(request, done),
    );
    const failures = response.getFailuresList().map((failure) => failure.getReason());
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return toBag(response.getInputs());
  }

  async preview(type: string, name: string, news: Bag): Promise<Bag> {
    const inputs = await this.check(type, name, news);
    const request = new providerPb.CreateRequest().setProperties(toStruct(inputs)).setPreview(true);
    request.setUrn(`urn:pulumi:test::test::${type}::${name}`);
    return toBag(
      (
        await this.#call<providerPb.CreateResponse>((done) => this.#client.create(request, done))
      ).getProperties(),
    );
  }

  async create(type: string, name: string, news: Bag, timeoutSeconds = 0): Promise<Resource> {
    const inputs = await this.check(type, name, news);
    const urn = `urn:pulumi:test::test::${type}::${name}`;
    const request = new providerPb.CreateRequest().setProperties(toStruct(inputs)).setUrn(urn);
    request.setTimeout(timeoutSeconds);
    const response = await this.#call<providerPb.CreateResponse>((done) =>
      this.#client.create(request, done),
    );
    return { urn, id: response.getId(), inputs, state: toBag(response.getProperties()) };
  }

  async diff(resource: Resource, news: Bag, ignoreChanges: string[] = []): Promise<Diff> {
    const inputs = await this.#recheck(resource, news);
    const request = new providerPb.DiffRequest().setUrn(resource.urn).setId(resource.id);
    request.setOlds(toStruct(resource.state)).setOldInputs(toStruct(resource.inputs));
    request.setNews(toStruct(inputs)).setIgnorechangesList(ignoreChanges);
    return toDiff(
      await this.#call<providerPb.DiffResponse>((done) => this.#client.diff(request, done)),
    );
  }

  async update(
    resource: Resource,
    news: Bag,
    options: { ignoreChanges?: string[]; preview?: boolean; timeoutSeconds?: number } = {},
  ): Promise<Resource> {
    const inputs = await this.#recheck(resource, news);
    const request = new providerPb.UpdateRequest().setUrn(resource.urn).setId(resource.id);
    request.setOlds(toStruct(resource.state)).setOldInputs(toStruct(resource.inputs));
    request.setNews(toStruct(inputs)).setIgnorechangesList(options.ignoreChanges ?? []);
    request.setPreview(options.preview ?? false).setTimeout(options.timeoutSeconds ?? 0);
    const response = await this.#call<providerPb.UpdateResponse>((done) =>
      this.#client.update(request, done),
    );
    return { ...resource, inputs, state: toBag(response.getProperties()) };
  }

  /** Reads as a refresh does; undefined when the object is gone. */
  async refresh(resource: Resource): Promise<Resource | undefined> {
    const request = new providerPb.ReadRequest().setUrn(resource.urn).setId(resource.id);
    request.setProperties(toStruct(resource.state)).setInputs(toStruct(resource.inputs));
    return this.#read(request);
  }

  /** Reads as `.get()` and `pulumi import` do: by id alone. */
  async get(type: string, name: string, id: string): Promise<Resource | undefined> {
    const urn = `urn:pulumi:test::test::${type}::${name}`;
    return this.#read(new providerPb.ReadRequest().setUrn(urn).setId(id));
  }

  async delete(resource: Resource, timeoutSeconds = 0): Promise<void> {
    const request = new providerPb.DeleteRequest().setUrn(resource.urn).setId(resource.id);
    request.setProperties(toStruct(resource.state)).setOldInputs(toStruct(resource.inputs));
    request.setTimeout(timeoutSeconds);
    await this.#call<emptyPb.Empty>((done) => this.#client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await this.#call<emptyPb.Empty>((done) => this.#client.cancel(new emptyPb.Empty(), done));
  }

  async invoke(token: string): Promise<void> {
    const request = new providerPb.InvokeRequest().setTok(token);
    await this.#call<providerPb.InvokeResponse>((done) => this.#client.invoke(request, done));
  }

  #recheck(resource: Resource, news: Bag): Promise<Bag> {
    const [type = "", name = ""] = resource.urn.split("::").slice(2);
    return this.check(type, name, news, resource.inputs);
  }

  async #read(request: providerPb.ReadRequest): Promise<Resource | undefined> {
    const response = await this.#call<providerPb.ReadResponse>((done) =>
      this.#client.read(request, done),
    );
    if (response.getId() === "") return undefined;
    return {
      urn: request.getUrn(),
      id: response.getId(),
      inputs: toBag(response.getInputs()),
      state: toBag(response.getProperties()),
    };
  }
}
