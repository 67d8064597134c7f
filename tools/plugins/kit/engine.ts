import grpc from "@grpc/grpc-js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb.js";

const severities = {
  info: enginePb.LogSeverity.INFO,
  warning: enginePb.LogSeverity.WARNING,
  error: enginePb.LogSeverity.ERROR,
};

/** The engine's side: where a plugin sends what the user should see. */
export class Engine {
  #client: EngineClient | undefined;
  readonly #statuses = new Map<string, string>();

  connect(address: string): void {
    if (address === "") return;
    this.#client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
  }

  /** A line that stays in the diagnostics of a resource. */
  log(urn: string, severity: keyof typeof severities, message: string): void {
    this.#send(urn, severities[severity], message, false);
  }

  /** The passing status shown beside a resource while it is worked on; empty clears what was shown. */
  status(urn: string, message: string): void {
    if (message === (this.#statuses.get(urn) ?? "")) return;
    this.#statuses.set(urn, message);
    this.#send(urn, severities.info, message, true);
  }

  #send(urn: string, severity: enginePb.LogSeverity, message: string, ephemeral: boolean): void {
    const request = new enginePb.LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    this.#client?.log(request, (error) => {
      if (error !== null) process.stderr.write(`log to engine: ${error.message}\n`);
    });
  }
}
