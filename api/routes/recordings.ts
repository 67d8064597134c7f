import type { EgressService } from "../egress/client.ts";
import { recordingPlaylist } from "../egress/playlist.ts";
import { egressPrefix } from "../egress/rows.ts";
import type { App } from "../app.ts";
import type { ClientDeps } from "./client-deps.ts";
import { playedFileRoutes, type PlaylistText } from "./files.ts";

interface RecordingDeps extends Pick<ClientDeps, "store" | "links"> {
  readonly egress: Pick<EgressService, "recorded" | "exists">;
}

const playlistPath = "index.m3u8";

async function playlistOf(
  { egress }: RecordingDeps,
  id: string,
): Promise<PlaylistText | undefined> {
  const stream = await egress.recorded(id);
  if (!stream || stream.segments.length === 0) return undefined;
  const { segments, isOver } = stream;
  return { text: recordingPlaylist(segments, isOver), isGrowing: !isOver };
}

/** The playlist is made of what the store has confirmed; segments and files are read below the recording's prefix alone. */
export function recordingRoutes(app: App, deps: RecordingDeps): void {
  playedFileRoutes(app, deps, {
    url: "/v1/recordings",
    of: "recording",
    summary: "Read a file of a recording",
    description:
      "The playlist `index.m3u8` grows while the recording does, and names its files by relative paths. Ranges and ETags " +
      "are supported, and any origin may read.",
    find: async (id, path) => {
      if (path === playlistPath) return playlistOf(deps, id);
      return (await deps.egress.exists(id)) ? { key: egressPrefix(id) + path } : undefined;
    },
  });
}
