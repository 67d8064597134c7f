import { readFileSync } from "node:fs";
import { connect, type ConnectionOptions } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../api/api-under-test.ts";
import { startBackend, type Backend } from "./a-backend.ts";
import { ask, ca, certificateOf, startEdge, type EdgeUnderTest } from "./edge-under-test.ts";

let backend: Backend;
let edge: EdgeUnderTest;
/** Streams that the backend has begun; a test says what they say. */
const streams: { write: (text: string) => void; end: () => void }[] = [];
beforeAll(async () => {
  backend = await startBackend((request, response) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("end", () => {
      if (request.url !== "/stream") {
        response.end(String(bytes));
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      streams.push({
        write: (text) => response.write(text),
        end: () => response.end(),
      });
    });
  });
  edge = await startEdge({ targets: { api: backend.address } });
});
afterAll(async () => {
  await Promise.all([edge.stop(), backend.close()]);
});

interface Handshake {
  readonly version: string | null;
  readonly authorized: boolean;
  readonly alpnProtocol: string | false | null;
  readonly subject: string | string[] | undefined;
}

function shake(options: ConnectionOptions = {}): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const port = Number(new URL(edge.url).port);
    const socket = connect({ host: "127.0.0.1", port, ca, ...options }, () => {
      const { authorized, alpnProtocol } = socket;
      const { subject } = socket.getPeerCertificate();
      resolve({ version: socket.getProtocol(), authorized, alpnProtocol, subject: subject.CN });
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

/** Old versions and ciphers, which OpenSSL itself offers only when it is told that nobody is in danger. */
const old = "DEFAULT:@SECLEVEL=0";
const only = (version: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3", ciphers: string) => ({
  minVersion: version,
  maxVersion: version,
  ciphers,
});

describe("the handshake", () => {
  it.each([
    ["TLSv1.3", "TLS_AES_128_GCM_SHA256"],
    ["TLSv1.3", "TLS_AES_256_GCM_SHA384"],
    ["TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"],
    ["TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305"],
  ] as const)("takes %s with %s", async (version, cipher) => {
    expect(await shake(only(version, cipher))).toMatchObject({ version, authorized: true });
  });

  it.each([
    ["TLSv1", old],
    ["TLSv1.1", old],
    ["TLSv1.3", "TLS_AES_128_CCM_SHA256"],
    ["TLSv1.2", "ECDHE-ECDSA-AES128-SHA"],
    ["TLSv1.2", "ECDHE-ECDSA-AES256-SHA384"],
    ["TLSv1.2", "ECDHE-ECDSA-AES128-CCM"],
    ["TLSv1.2", "DHE-RSA-AES128-GCM-SHA256"],
    ["TLSv1.2", "AES128-GCM-SHA256"],
  ] as const)("refuses %s with %s", async (version, ciphers) => {
    await expect(shake(only(version, ciphers))).rejects.toThrow(/alert|handshake|version/i);
  });

  it("agrees on HTTP/2 with who knows it", async () => {
    expect((await shake({ ALPNProtocols: ["h2", "http/1.1"] })).alpnProtocol).toBe("h2");
    expect((await shake({ ALPNProtocols: ["http/1.1"] })).alpnProtocol).toBe("http/1.1");
  });
});

/** An answer that is still coming. */
async function follow() {
  const before = streams.length;
  const ended = ask(`${edge.url}/stream`);
  await until("the stream", () => streams.length > before);
  return { ended, stream: streams.at(-1) };
}

describe("the certificate", () => {
  const subjectServed = async () => (await shake()).subject;

  it("is replaced under load without a failed request, a cut stream or another process", async () => {
    const { pid } = edge;
    const { ended, stream } = await follow();
    let done = false;
    let sent = 0;
    const failures: unknown[] = [];
    const client = async (): Promise<void> => {
      while (!done) {
        sent += 1;
        try {
          const { status } = await ask(edge.url);
          if (status !== 200) failures.push(status);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const clients = [client(), client(), client(), client()];
    for (let turn = 1; turn <= 5; turn += 1) {
      const before = sent;
      edge.present(certificateOf(`edge ${turn}`));
      await until("the new one", async () => (await subjectServed()) === `edge ${turn}`);
      await until("requests meanwhile", () => sent >= before + 5);
    }
    done = true;
    await Promise.all(clients);
    stream?.write("data: still here\n\n");
    stream?.end();
    expect((await ended).text).toBe("data: still here\n\n");
    expect(failures).toEqual([]);
    expect(edge.pid).toBe(pid);
  });

  it("stays where the new one does not fit its key, and the log says so once", async () => {
    const before = await subjectServed();
    const { certificate } = certificateOf("wrong");
    edge.present({ certificate, key: certificateOf("other").key });
    await until("the refusal", async () =>
      (await (await fetch(`${edge.opsUrl}/certificate`)).text()).includes(
        "framewright_edge_certificate_refusals_total 1",
      ),
    );
    expect(await subjectServed()).toBe(before);
    expect(edge.log().filter((line) => line.includes("is not taken"))).toHaveLength(1);
    edge.present(certificateOf("mended"));
    await until("the next", async () => (await subjectServed()) === "mended");
  });
});

/** Highest resident memory of the edge so far, in MiB. */
function peakMiB(): number {
  const [, kilobytes] =
    /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${edge.pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

describe("what takes long", () => {
  it("passes a large upload on as it comes, and keeps nothing of it", async () => {
    const body = Buffer.alloc(256 * 1024 * 1024);
    const before = peakMiB();
    const answer = await ask(`${edge.url}/v1/tus/a`, { method: "PATCH", body });
    expect(answer.text).toBe(String(body.length));
    expect(peakMiB() - before).toBeLessThan(16);
  });

  it("serves what is open to its end when it is asked to go, and takes nothing new", async () => {
    const { ended, stream } = await follow();
    const drained = edge.drain();
    await until("closed ports", () =>
      shake().then(
        () => false,
        () => true,
      ),
    );
    stream?.write("data: last\n\n");
    stream?.end();
    expect((await ended).text).toBe("data: last\n\n");
    await drained;
  });
});
