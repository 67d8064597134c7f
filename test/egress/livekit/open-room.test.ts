import { expect, it } from "vitest";
import { mediaCandidate } from "../../../egress/src/livekit/open-room.ts";

const server = { url: "ws://localhost:7880", apiKey: "key", apiSecret: "secret" };

it("a recorder of the same cluster asks the server's own address for media", async () => {
  expect(await mediaCandidate({ ...server, mediaPort: 30_782 })).toBe(
    "candidate:1 1 udp 2130706431 127.0.0.1 30782 typ host",
  );
});

it("without a port of its own there is only what the server names", async () => {
  expect(await mediaCandidate(server)).toBeUndefined();
});
