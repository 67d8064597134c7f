import { CreateUpload, UploadTicket } from "@framewright/contracts/client-api.ts";
import { callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

export function uploadRoutes(app: App, { service }: ClientDeps): void {
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
        body: CreateUpload,
        response: answers({ 201: UploadTicket }),
      },
    },
    async (request, reply) => {
      const ticket = await service.createUpload(callerOf(request).projectId, request.body);
      return reply.code(201).header("cache-control", "no-store").send(ticket);
    },
  );
}
