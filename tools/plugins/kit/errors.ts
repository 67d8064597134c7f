import grpc from "@grpc/grpc-js";
import type { Metadata, ServiceError, status } from "@grpc/grpc-js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import type { JsonObject } from "./json.ts";
import { writeProperties } from "./properties.ts";

/** A failure that the engine shows as it is, under the given gRPC code. */
export class PluginError extends Error {
  readonly code: status;

  constructor(code: status, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Something this stand-in does not do; the message names the plugin that does. */
export function lacking(what: string, plugin: string): PluginError {
  return new PluginError(
    grpc.status.UNIMPLEMENTED,
    `${what} is not supported by the built-in stand-in for the plugin ${plugin}. ` +
      `Install the official plugin ${plugin} (pulumi plugin install) and put it first on PATH.`,
  );
}

/** The resource exists but did not become ready; its state is kept and the reasons are shown. */
export class InitFailed extends Error {
  readonly id: string;
  readonly properties: JsonObject;
  readonly inputs: JsonObject | undefined;
  readonly reasons: readonly string[];

  constructor(failure: {
    id: string;
    properties: JsonObject;
    inputs?: JsonObject;
    reasons: readonly string[];
  }) {
    super(failure.reasons.join("\n"));
    this.id = failure.id;
    this.properties = failure.properties;
    this.inputs = failure.inputs;
    this.reasons = failure.reasons;
  }
}

/** gRPC carries structured errors in this trailer; grpc-js leaves the packing to the caller. */
function initFailedDetails(error: InitFailed): Metadata {
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(writeProperties(error.properties));
  detail.setReasonsList([...error.reasons]);
  if (error.inputs !== undefined) detail.setInputs(writeProperties(error.inputs));
  const packed = new anyPb.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusPb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(error.message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The gRPC form of any error. */
export function toServiceError(error: unknown): ServiceError {
  const message = messageOf(error);
  const code = error instanceof PluginError ? error.code : grpc.status.UNKNOWN;
  const metadata = error instanceof InitFailed ? initFailedDetails(error) : new grpc.Metadata();
  return Object.assign(new Error(message), { code, details: message, metadata });
}
