import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
import { JobFailure, Stopped } from "../../../worker/src/failure.ts";
import { startStranger as start, withoutPauses } from "./stranger.ts";

/** Goes by real time in all tests. */
const later = setTimeout;

afterEach(() => {
  vi.useRealTimers();
});

describe("redirects", () => {
  const redirecting = (status: number, locations: (string | undefined)[]): RequestListener => {
    return (_request, response) => {
      if (locations.length === 0) return void response.end("video");
      const location = locations.shift();
      return void response.writeHead(status, location === undefined ? {} : { location }).end("x");
    };
  };

  it.each([301, 302, 303, 307, 308])(
    "of status %i are followed, each from its own place",
    async (status) => {
      const { fetch, requests } = await start({ handle: redirecting(status, ["/b/", "c?d=1"]) });
      expect(await fetch()).toBe("video");
      expect(requests.map(({ url }) => url)).toEqual(["/video.mp4?sig=1", "/b/", "/b/c?d=1"]);
    },
  );

  it("end where there are too many, or one leads nowhere", async () => {
    const endless = await start({ handle: redirecting(302, Array<string>(9).fill("/again")) });
    await expect(endless.fetch()).rejects.toThrow("More than 3 follow each other.");
    expect(endless.requests).toHaveLength(4);
    const nowhere = await start({ handle: redirecting(302, [undefined]) });
    await expect(nowhere.fetch()).rejects.toMatchObject({ code: "source-redirect-refused" });
  });
});

describe("a source from a URL", () => {
  it("is stored as it comes, whatever encoding it claims to have", async () => {
    const handle: RequestListener = (_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end("not gzip");
    };
    const { fetch, requests } = await start({ handle });
    expect(await fetch()).toBe("not gzip");
    expect(requests).toMatchObject([{ encoding: "identity", range: undefined }]);
  });

  it.each([
    [404, "input", "source-not-found"],
    [410, "input", "source-not-found"],
    [401, "input", "source-forbidden"],
    [403, "input", "source-forbidden"],
    [400, "input", "source-refused"],
    [204, "input", "source-refused"],
    [206, "input", "source-refused"],
  ])("answered with %i fails at once", async (status, kind, code) => {
    const { fetch, requests } = await start({
      handle: (_request, response) => response.writeHead(status).end(),
    });
    await expect(fetch()).rejects.toMatchObject({ kind, code });
    expect(requests).toHaveLength(1);
  });

  it("of a server that is busy is asked for again", async () => {
    let busy = 2;
    const { fetch, requests } = await start({
      handle: (_request, response) => {
        if (busy-- > 0) response.writeHead(503).end();
        else response.end("video");
      },
    });
    expect(await withoutPauses(fetch)).toBe("video");
    expect(requests).toHaveLength(3);
  });

  it("of a server that stays busy, or is not there, fails for now", async () => {
    const { fetch, requests } = await start({
      handle: (_request, response) => response.writeHead(503).end(),
    });
    await expect(withoutPauses(fetch)).rejects.toMatchObject({
      kind: "transient",
      code: "source-unavailable",
    });
    expect(requests).toHaveLength(5);
    const { fetch: other } = await start({ policy: { ports: [9] } });
    await expect(withoutPauses(() => other("http://good.test:9/"))).rejects.toMatchObject({
      kind: "transient",
      code: "source-unreachable",
    });
  });

  it("of a host that does not exist fails for good", async () => {
    const { fetch, port } = await start();
    await expect(fetch(`http://nowhere.test:${port}/`)).rejects.toMatchObject({
      kind: "input",
      code: "source-host-unknown",
    });
  });

  it("that is larger than allowed is refused by its stated size, or when it has come so far", async () => {
    const change = { maxBytes: 1000 };
    const stated = await start({
      change,
      handle: (_request, response) =>
        response.writeHead(200, { "content-length": 1001 }).write("x"),
    });
    await expect(stated.fetch()).rejects.toThrow("It has 1001 bytes; the limit is 1000.");
    const endless = await start({
      change,
      handle: (_request, response) => {
        const more = setInterval(() => response.write("x".repeat(500)), 5);
        response.on("close", () => {
          clearInterval(more);
        });
      },
    });
    await expect(endless.fetch()).rejects.toThrow(
      "It has more than 1000 bytes; the limit is 1000.",
    );
  });

  it("that does not fit the scratch space is refused before it is written", async () => {
    const requireSpace = vi.fn(() => Promise.reject(new JobFailure("scratch-full")));
    const { fetch } = await start({ change: { requireSpace } });
    await expect(fetch()).rejects.toMatchObject({ code: "scratch-full" });
    expect(requireSpace).toHaveBeenCalledExactlyOnceWith(5, 0);
  });

  it.each([
    ["sends nothing", (): void => undefined],
    ["sends ever less", (send: () => void) => void setInterval(send, 50).unref()],
  ])("of a server that %s ends at the cap of time", async (_what, drip) => {
    const { fetch } = await start({
      change: { maxSeconds: 0.5 },
      handle: (_request, response) => {
        drip(() => response.write("x"));
      },
    });
    const begun = performance.now();
    await expect(fetch()).rejects.toMatchObject({
      kind: "transient",
      code: "source-timeout",
      message: expect.stringContaining("It was not complete after 0.5 s.") as string,
    });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it("ends with the reason of the stop, not with a failure", async () => {
    const stop = new AbortController();
    const { fetch } = await start({
      change: { signal: stop.signal },
      handle: () => {
        stop.abort(new Stopped("cancelled"));
      },
    });
    await expect(fetch()).rejects.toMatchObject({ name: "Stopped", reason: "cancelled" });
  });
});

describe("a cut source", () => {
  const content = Buffer.from("0123456789".repeat(100));
  interface Cut {
    readonly etags?: string[];
    readonly ranges?: boolean;
    readonly contents?: Buffer[];
  }

  /** Cuts each answer after 300 bytes; knows ranges unless told otherwise. */
  const cutting = ({ etags = [], ranges = true, contents = [] }: Cut): RequestListener => {
    return ({ headers }, response) => {
      const etag = etags.shift() ?? '"v1"';
      const whole = contents.shift() ?? content;
      const from = /^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1];
      const goesOn = ranges && from !== undefined && headers["if-range"] === etag;
      const start = goesOn ? Number(from) : 0;
      response.writeHead(goesOn ? 206 : 200, {
        etag,
        "content-length": whole.length - start,
        ...(goesOn && { "content-range": `bytes ${start}-${whole.length - 1}/${whole.length}` }),
      });
      const part = whole.subarray(start, start + 300);
      if (start + part.length === whole.length) response.end(part);
      else response.write(part, () => later(() => response.destroy(), 50));
    };
  };

  it("goes on where it was cut, as often as each connection brings something", async () => {
    const { fetch, requests } = await start({ handle: cutting({}) });
    expect(await fetch()).toBe(content.toString());
    expect(requests.map(({ range }) => range)).toEqual([
      undefined,
      "bytes=300-",
      "bytes=600-",
      "bytes=900-",
    ]);
  });

  it("begins again when the file has changed meanwhile", async () => {
    const other = Buffer.from("abc".repeat(66));
    const contents = [content, other];
    const { fetch } = await start({ handle: cutting({ etags: ['"v1"', '"v2"'], contents }) });
    expect(await fetch()).toBe(other.toString());
  });

  it("is not put together of two versions that state the same range", async () => {
    let asked = 0;
    const lying: RequestListener = ({ headers }, response) => {
      asked += 1;
      if (headers.range !== undefined && asked === 2) {
        response.writeHead(206, { etag: '"v2"', "content-range": "bytes 300-999/1000" }).end("x");
        return;
      }
      if (asked > 2) response.end("whole");
      else cutting({})({ headers } as never, response);
    };
    const { fetch, requests } = await start({ handle: lying });
    expect(await withoutPauses(fetch)).toBe("whole");
    expect(requests.map(({ range }) => range)).toEqual([undefined, "bytes=300-", undefined]);
  });

  it("fails after five tries where the server knows no ranges", async () => {
    const { fetch, requests } = await start({ handle: cutting({ ranges: false }) });
    await expect(withoutPauses(fetch)).rejects.toMatchObject({ kind: "transient" });
    expect(requests).toHaveLength(5);
  });

  it("whose tag is weak begins again from its start", async () => {
    const { fetch, requests } = await start({
      handle: cutting({ etags: Array<string>(9).fill('W/"v1"') }),
    });
    await expect(withoutPauses(fetch)).rejects.toMatchObject({ kind: "transient" });
    expect(requests.every(({ range }) => range === undefined)).toBe(true);
  });
});
