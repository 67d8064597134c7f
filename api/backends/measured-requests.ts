import type { S3Client } from "@aws-sdk/client-s3";
import type { StoreMetrics } from "../backend-metrics.ts";

/** `GetObjectCommand` → `get-object`; as many as the programs use. */
function operationOf(command: string): string {
  return command
    .replace(/Command$/, "")
    .replace(/V2$/, "")
    .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
    .toLowerCase();
}

/** 4xx is an answer about what was asked for, as a file that is not there. */
function resultOf(message: unknown): "ok" | "refused" | "error" {
  const isAnswer = typeof message === "object" && message !== null && "statusCode" in message;
  const status = isAnswer ? Number(message.statusCode) : Number.NaN;
  if (status < 400) return "ok";
  return status < 500 ? "refused" : "error";
}

/** Bytes of a body, as a request or an answer states them. */
function lengthOf(message: unknown): number {
  if (typeof message !== "object" || message === null || !("headers" in message)) return 0;
  const { headers } = message;
  if (typeof headers !== "object" || headers === null) return 0;
  const length = "content-length" in headers ? Number(headers["content-length"]) : 0;
  return Number.isFinite(length) ? length : 0;
}

/** Takes the time of each request, a repeated one included; what is only signed makes none. */
export function measureRequests(client: S3Client, metrics: StoreMetrics): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = operationOf(context.commandName ?? "other");
      const start = performance.now();
      const took = (result: string): void => {
        metrics.storeDuration.observe({ operation, result }, (performance.now() - start) / 1000);
      };
      try {
        const answer = await next(args);
        const result = resultOf(answer.response);
        took(result);
        if (result === "ok") {
          metrics.storeBytes.inc({ direction: "up" }, lengthOf(args.request));
          const read = operation === "get-object" ? lengthOf(answer.response) : 0;
          metrics.storeBytes.inc({ direction: "down" }, read);
        }
        return answer;
      } catch (error) {
        took("error");
        throw error;
      }
    },
    // The innermost of its step: it sees the answer before the SDK makes an error of it.
    { step: "deserialize", name: "measureRequests", priority: "low" },
  );
}
