import grpc from "@grpc/grpc-js";
import type {
  handleUnaryCall,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { toServiceError } from "./errors.ts";

/** The engine allows messages of this many bytes (rpcutil), so a plugin must as well. */
const maxMessageBytes = 400 * 1024 * 1024;

/** How often, in milliseconds, a plugin looks whether the process that started it is still there. */
const parentCheckMs = 2000;

/** A handler that may throw: whatever it throws becomes the gRPC error of the call. */
export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(toServiceError(error));
        },
      );
  };
}

/** Serves on a free loopback port and prints it: the first line of output is how the engine finds a plugin. */
export async function serve(
  definition: ServiceDefinition,
  implementation: UntypedServiceImplementation,
): Promise<void> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  process.stdout.write(`${port.toString()}\n`);
  exitWithParent();
}

/** An engine that was killed cannot stop its plugins, so they watch for it. */
export function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, parentCheckMs).unref();
}
