import { Value } from "typebox/value";
import { beforeAll, expect, it } from "vitest";
import { ProfileList } from "@framewright/contracts/client-api.ts";
import { clientKey, sharedClientApp } from "../fakes.ts";

let built: Awaited<ReturnType<typeof sharedClientApp>>;
beforeAll(async () => {
  built = await sharedClientApp();
});

const get = (url: string) =>
  built.app.inject({ method: "GET", url, headers: { authorization: `Bearer ${clientKey}` } });

it("the list has every profile with all that it makes, from small to large", async () => {
  const list: unknown = (await get("/v1/profiles")).json();
  const { profiles } = Value.Parse(ProfileList, list);
  expect(profiles.map(({ name, tier }) => [name, tier])).toEqual([
    ["hls-720p", "720p"],
    ["hls-1080p", "1080p"],
    ["hls-1080p-av1", "1080p"],
    ["hls-1080p-hevc", "1080p"],
    ["hls-2160p", "2160p"],
  ]);
  expect(profiles[0]).toEqual({
    name: "hls-720p",
    description: "Up to 720p in H.264, with stereo sound",
    tier: "720p",
    video: {
      codec: "h264",
      ladder: [
        { height: 720, kbps: 2800 },
        { height: 480, kbps: 1400 },
        { height: 360, kbps: 800 },
      ],
    },
    audio: { codec: "aac", stereoKbps: 128 },
    packaging: { format: "hls" },
  });
});

it("a profile is shown by its name", async () => {
  const answer = await get("/v1/profiles/hls-1080p");
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ name: "hls-1080p", audio: { surroundKbps: 384 } });
});

it("a name that no profile has is answered with those that there are", async () => {
  const answer = await get("/v1/profiles/4k");
  expect(answer.json()).toMatchObject({
    status: 404,
    code: "profile-not-found",
    detail:
      "There is no profile 4k; there are hls-720p, hls-1080p, hls-1080p-av1, hls-1080p-hevc, hls-2160p",
  });
});

it("a name that cannot be one is refused", async () => {
  expect((await get("/v1/profiles/..%2Fetc")).json()).toMatchObject({ code: "invalid-request" });
});
