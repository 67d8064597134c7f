import { jwtVerify } from "jose";
import { expect, it } from "vitest";
import { recorderToken } from "../../../egress/src/livekit/token.ts";

it("lets one invisible recorder listen in one room, for a while", async () => {
  const apiSecret = "a secret of at least thirty-two bytes";
  const token = recorderToken({
    ...{ apiKey: "key", apiSecret, room: "a room", identity: "EG_1" },
    ...{ validSeconds: 600, nowSeconds: 1_800_000_000 },
  });
  const { payload } = await jwtVerify(token, new TextEncoder().encode(apiSecret), {
    currentDate: new Date(1_800_000_300_000),
  });
  expect(payload).toMatchObject({
    ...{ iss: "key", sub: "EG_1", exp: 1_800_000_600 },
    video: { room: "a room", roomJoin: true, canPublish: false, hidden: true, recorder: true },
  });
});
