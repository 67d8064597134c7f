import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createSecretBox, generateSecret } from "../../../api/webhooks/secret.ts";
import { signedHeaders } from "../../../api/webhooks/sign.ts";

const body = JSON.stringify({ type: "job.succeeded", data: { name: "Ünïcode ✓" } });
const now = () => Math.floor(Date.now() / 1000);

describe("what is signed", () => {
  it("is verified by the reference library", () => {
    const secret = generateSecret();
    const headers = signedHeaders({ id: "msg_1", timestampSeconds: now(), body }, [secret]);
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it("has the example signature of the library, byte for byte", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const at = 1_614_265_330;
    const text = '{"test": 2432232314}';
    const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const headers = signedHeaders({ id, timestampSeconds: at, body: text }, [secret]);
    const signature = new Webhook(secret).sign(id, new Date(at * 1000), text);
    expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    expect(headers["webhook-signature"]).toBe(signature);
  });

  it("carries a signature for each secret that is valid", () => {
    const [current, previous, other] = [generateSecret(), generateSecret(), generateSecret()];
    const message = { id: "msg_1", timestampSeconds: now(), body };
    const headers = signedHeaders(message, [current, previous]);
    expect(headers["webhook-signature"].split(" ")).toHaveLength(2);
    for (const secret of [current, previous]) new Webhook(secret).verify(body, headers);
    expect(() => new Webhook(other).verify(body, headers)).toThrow("No matching signature");
  });

  it("is refused with another body, id or time", () => {
    const secret = generateSecret();
    const headers = signedHeaders({ id: "msg_1", timestampSeconds: now(), body }, [secret]);
    const webhook = new Webhook(secret);
    expect(() => webhook.verify(`${body} `, headers)).toThrow("No matching signature");
    expect(() => webhook.verify(body, { ...headers, "webhook-id": "msg_2" })).toThrow();
    const late = { ...headers, "webhook-timestamp": String(now() + 1) };
    expect(() => webhook.verify(body, late)).toThrow("No matching signature");
  });
});

describe("a sealed secret", () => {
  const box = createSecretBox("passphrase of the tests");

  it("is opened with the same key, for the same endpoint", () => {
    const secret = generateSecret();
    const sealed = box.seal(secret, "endpoint-1");
    expect(box.open(sealed, "endpoint-1")).toBe(secret);
    expect(sealed.includes(Buffer.from(secret))).toBe(false);
    expect(box.seal(secret, "endpoint-1").equals(sealed)).toBe(false);
  });

  it("is opened with no other key, for no other endpoint, and not when it was changed", () => {
    const sealed = box.seal(generateSecret(), "endpoint-1");
    expect(() => createSecretBox("another passphrase").open(sealed, "endpoint-1")).toThrow();
    expect(() => box.open(sealed, "endpoint-2")).toThrow();
    const changed = Buffer.from(sealed);
    changed.writeUInt8(sealed.readUInt8(40) ^ 1, 40);
    expect(() => box.open(changed, "endpoint-1")).toThrow();
  });
});
