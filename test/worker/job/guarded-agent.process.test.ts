import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { fetchFailure } from "../../../worker/src/job/fetch-failure.ts";
import { follow } from "../../../worker/src/job/follow.ts";
import { guardedAgent } from "../../../worker/src/job/guarded-agent.ts";
import { Authority } from "../../support/control-plane/authority.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Asks a server that has the certificate of media.test, by a name that leads to it. */
async function ask(host: string, knowsAuthority = true) {
  const authority = new Authority(temporaryFolder("framewright-tls-"));
  authority.sign("media", "/CN=media", "subjectAltName=DNS:media.test\n");
  const names: unknown[] = [];
  const [key, cert] = ["media.key", "media.crt"].map((name) => readFileSync(authority.file(name)));
  const server = createServer({ key, cert }, ({ socket }, response) => {
    names.push("servername" in socket ? socket.servername : undefined);
    response.end("video");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const policy = { schemes: ["https"], ports: [port], ranges: ["127.0.0.1/32"] } as const;
  const dispatcher = guardedAgent({
    policy,
    patienceMs: 2000,
    resolve: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
    ...(knowsAuthority && { ca: readFileSync(authority.file("ca.crt"), "utf8") }),
  });
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await dispatcher.destroy();
  });
  const url = `https://${host}:${port}/`;
  const signal = AbortSignal.timeout(10_000);
  const answer = follow({ url, dispatcher, policy, maxRedirects: 0, signal }, {});
  const text = await answer.then(({ body }) => body.text()).catch(fetchFailure);
  return { text, names };
}

describe("over TLS", () => {
  it("a server is asked for, and has to prove, the name in the URL, though its address is connected to", async () => {
    expect(await ask("media.test")).toEqual({ text: "video", names: ["media.test"] });
  });

  it.each([
    ["of another name", "other.test", true, "ERR_TLS_CERT_ALTNAME_INVALID."],
    ["of an unknown authority", "media.test", false, "UNABLE_TO_VERIFY_LEAF_SIGNATURE."],
  ])("a certificate %s is refused for good", async (_what, host, known, note) => {
    const { text, names } = await ask(host, known);
    expect(text).toMatchObject({ kind: "input", code: "source-certificate-refused", note });
    expect(names).toEqual([]);
  });
});
