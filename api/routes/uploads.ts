import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { CreateUpload, UploadTicket } from "@framewright/contracts/client-api.ts";
import { AppError } from "../errors.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

/** The contract's body with the largest size that this installation takes. */
function bodyUpTo(maximum: number) {
  const { properties } = CreateUpload;
  const sizeBytes = { ...properties.sizeBytes, maximum };
  return { ...CreateUpload, properties: { ...properties, sizeBytes } };
}

export function uploadRoutes(app: App, { service, limits }: ClientDeps): void {
  const { maxUploadBytes } = limits;
  const tooLarge = Compile(
    Type.Object({ sizeBytes: Type.Integer({ exclusiveMinimum: maxUploadBytes }) }),
  );
  app.post(
    "/v1/uploads",
    {
      config: { scope: "submit" },
      schema: {
        tags: ["Uploads"],
        summary: "Announce a video and get a URL to upload it to",
        description:
          "PUT the file to `url` with exactly the given headers, then create a job for `uploadId`. " +
          "The store refuses any other size or media type.",
        body: bodyUpTo(maxUploadBytes),
        response: answers({ 201: UploadTicket }),
      },
      // Before the schema is checked: clients tell a file that is too large by its own code.
      preValidation: ({ body }, _reply, done) => {
        if (!tooLarge.Check(body)) {
          done();
          return;
        }
        const detail = `sizeBytes is ${body.sizeBytes}; the maximum is ${maxUploadBytes}`;
        done(new AppError("upload-too-large", detail));
      },
    },
    async (request, reply) => {
      const ticket = await service.createUpload(callerOf(request).projectId, request.body);
      return reply.code(201).header("cache-control", "no-store").send(ticket);
    },
  );
}
