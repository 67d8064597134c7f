import { createHmac } from "node:crypto";

export interface TokenArgs {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly room: string;
  readonly identity: string;
  readonly validSeconds: number;
  readonly nowSeconds: number;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A token by which one invisible recorder may listen in one room (https://docs.livekit.io/frontends/reference/tokens-grants/). */
export function recorderToken(args: TokenArgs): string {
  const { apiKey, apiSecret, room, identity, validSeconds, nowSeconds } = args;
  const body = {
    iss: apiKey,
    sub: identity,
    nbf: nowSeconds - 60,
    exp: nowSeconds + validSeconds,
    video: {
      room,
      roomJoin: true,
      canPublish: false,
      canSubscribe: true,
      hidden: true,
      recorder: true,
    },
  };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(body)}`;
  return `${signed}.${createHmac("sha256", apiSecret).update(signed).digest("base64url")}`;
}
