import type { RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { goodAddress, startCanary, startStranger, withoutPauses } from "./stranger.ts";

let canary: Awaited<ReturnType<typeof startCanary>>;
beforeAll(async () => {
  canary = await startCanary();
});
afterAll(() => {
  canary.close();
});
afterEach(() => {
  vi.useRealTimers();
  expect(canary.hits.splice(0)).toEqual([]);
});

/** The port of the canary is allowed: nothing but its addresses keeps it from being reached. */
function start(setting: Parameters<typeof startStranger>[0]) {
  return startStranger({ ports: [canary.port], ...setting });
}

describe("hostile URLs", () => {
  const names = {
    "private.test": () => ["127.0.0.1"],
    "private6.test": () => ["::1"],
    "mixed.test": () => [goodAddress, "127.0.0.1"],
    "mapped.test": () => ["::ffff:127.0.0.1"],
    "metadata.test": () => ["169.254.169.254"],
  };

  it.each([
    ...[
      "127.0.0.1",
      "127.1",
      "2130706433",
      "0x7f000001",
      "0x7f.0.0.1",
      "0177.0.0.1",
      "017700000001",
    ],
    ...["127.0.0.1.", "127.255.255.254", "0.0.0.0", "0", "①②⑦.⓪.⓪.①", "127。0。0。1"],
    ...[
      "[::1]",
      "[::]",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "[::127.0.0.1]",
      "[0:0:0:0:0:0:0:1]",
    ],
    ...["[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[2001:0:0:0:0:0:80ff:fffe]", "[fe80::1]"],
    ...["10.0.0.1", "100.64.0.1", "169.254.169.254", "[fd00:ec2::254]", "168.63.129.16"],
    ...[
      "private.test",
      "private.test.",
      "private6.test",
      "mixed.test",
      "mapped.test",
      "metadata.test",
    ],
    ...["good.test@127.0.0.1", "good.test%40127.0.0.1"],
  ])("no connection is made for %s", async (host) => {
    const { fetch, requests } = await start({
      names: { ...names, "private.test.": names["private.test"] },
    });
    await expect(fetch(`http://${host}:${canary.port}/`)).rejects.toMatchObject({
      kind: "input",
      code: "source-address-refused",
    });
    expect(requests).toEqual([]);
  });

  it.each(["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:,x", "//", ""])(
    "%s is no URL of a source",
    async (url) => {
      const { fetch } = await start({});
      await expect(fetch(url)).rejects.toMatchObject({ code: "source-address-refused" });
    },
  );

  it("a name's private address is told to nobody", async () => {
    const { fetch } = await start({ names });
    await expect(fetch(`http://metadata.test:${canary.port}/`)).rejects.toThrow(
      "must not connect. metadata.test has an address that is not public.",
    );
  });

  it("a port that is not allowed is not tried", async () => {
    const { fetch, port } = await start({ policy: { ports: [443] } });
    await expect(fetch()).rejects.toThrow(`Its port is ${port}; allowed: 443.`);
  });

  it("a DNS that answers otherwise at each look is asked once for a connection", async () => {
    const answers = [[goodAddress], ["127.0.0.1"]];
    const names = { "rebind.test": () => answers.shift() ?? ["127.0.0.1"] };
    const handle: RequestListener = (_request, response) => {
      response.writeHead(200, { "content-length": 10, etag: '"1"' });
      response.write("half ", () => response.destroy());
    };
    const { fetch, port, requests, lookups } = await start({ names, handle });
    // The second connection, for the rest, gets the second answer.
    await expect(withoutPauses(() => fetch(`http://rebind.test:${port}/`))).rejects.toMatchObject({
      code: "source-address-refused",
    });
    expect([requests.length, lookups]).toEqual([1, ["rebind.test", "rebind.test"]]);
  });

  it.each([
    ["an address", () => `http://127.0.0.1:${canary.port}/`],
    ["an address without a scheme", () => `//127.0.0.1:${canary.port}/`],
    ["a private name", () => `http://private.test:${canary.port}/`],
    ["the metadata of a cloud", () => "http://169.254.169.254/latest/meta-data/"],
    ["a file", () => "file:///etc/passwd"],
    ["an address behind a user name", () => `http://good.test@127.0.0.1:${canary.port}/`],
  ])("a redirect to %s is refused", async (_what, target) => {
    const handle: RequestListener = (_request, response) => {
      response.writeHead(302, { location: target() }).end();
    };
    const { fetch, requests } = await start({ handle, names });
    await expect(fetch()).rejects.toMatchObject({ code: "source-address-refused" });
    expect(requests).toHaveLength(1);
  });
});
