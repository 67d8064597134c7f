import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { OutputPath } from "@framewright/contracts/worker-api.ts";
import { AppError } from "../errors.ts";
import type { EgressService } from "../egress/client.ts";
import { recordingPlaylist } from "../egress/playlist.ts";
import { egressPrefix } from "../egress/rows.ts";
import { readPlayback } from "../keys/playback-token.ts";
import type { App } from "../app.ts";
import type { ClientDeps } from "./client-deps.ts";
import {
  allowAnyOrigin,
  allowPlayers,
  fileAnswers,
  FileHeaders,
  sendFile,
  sendHead,
} from "./files.ts";

const Params = Type.Object({
  token: Type.String({ description: "From the recording's playbackUrl" }),
  "*": Type.String({ description: "Path of the file" }),
});

export interface RecordingDeps extends Pick<ClientDeps, "store" | "links"> {
  readonly egress: Pick<EgressService, "recorded" | "exists">;
}

const isOutputPath = Compile(OutputPath);
const playlistPath = "index.m3u8";

const nothingHere = () =>
  new AppError(
    "not-found",
    "The link is wrong or has expired; read the recording again for a new one",
  );

function recordingOf({ links }: RecordingDeps, token: string, path: string): string {
  const grant = readPlayback(token, links.secrets);
  if (!grant || grant.expiresAt.getTime() <= Date.now()) throw nothingHere();
  if (!isOutputPath.Check(path)) throw nothingHere();
  return grant.jobId;
}

async function playlistOf({ egress }: RecordingDeps, id: string) {
  const stream = await egress.recorded(id);
  if (!stream || stream.segments.length === 0) throw nothingHere();
  const text = recordingPlaylist(stream.segments, stream.isOver);
  return { text, cacheControl: stream.isOver ? "public, max-age=300" : "no-cache" };
}

/** The playlist is made of what the store has confirmed; segments and files are read below the recording's prefix alone. */
export function recordingRoutes(app: App, deps: RecordingDeps): void {
  app.route({
    method: ["GET", "HEAD"],
    url: "/v1/recordings/:token/*",
    schema: {
      tags: ["Playback"],
      summary: "Read a file of a recording",
      description:
        "The playlist `index.m3u8` grows while the recording does, and names its files by relative paths. Ranges and ETags " +
        "are supported, and any origin may read.",
      security: [],
      params: Params,
      headers: FileHeaders,
      response: fileAnswers,
    },
    handler: async (request, reply) => {
      allowAnyOrigin(reply);
      const { token, "*": path } = request.params;
      const id = recordingOf(deps, token, path);
      if (path === playlistPath) {
        const { text, cacheControl } = await playlistOf(deps, id);
        return reply
          .type("application/vnd.apple.mpegurl")
          .header("cache-control", cacheControl)
          .send(text);
      }
      if (!(await deps.egress.exists(id))) throw nothingHere();
      const file = { key: `${egressPrefix(id)}${path}`, path, request, reply, nothingHere };
      return request.method === "HEAD" ? sendHead(deps, file) : sendFile(deps, file);
    },
  });
  allowPlayers(app, "/v1/recordings/:token/*");
}
