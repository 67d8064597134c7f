import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authorityOf } from "../../../services/kit/tls/certificates.ts";
import { p256 } from "../../../services/kit/tls/p256.ts";
import { uploadVideo } from "../../../tools/demo/client.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const usual = getCACertificates("default");
const authority = authorityOf("password", "edge of the tests", p256);

beforeAll(() => {
  // As for whoever has read the outputs of a stack with its edge.
  setDefaultCACertificates([...usual, authority.certificate]);
});

afterAll(() => {
  setDefaultCACertificates(usual);
});

const servers = {
  http: (listener: RequestListener): Server => createServer(listener),
  https: (listener: RequestListener): Server => {
    const { certificate, key } = authority.issue({ subject: "store", names: ["127.0.0.1"] });
    return createTlsServer({ cert: certificate, key }, listener);
  },
};

test.each(["http", "https"] as const)("a video is uploaded by %s", async (protocol) => {
  const received: string[] = [];
  const server = servers[protocol]((request, response) => {
    void text(request).then((body) => {
      if (request.method === "PUT") {
        received.push(body);
        response.end();
        return;
      }
      const ticket = {
        uploadId: "019a5d2e-0000-7000-8000-000000000001",
        method: "PUT",
        url: `${url}/store/video`,
        headers: {},
        expiresAt: "2026-11-30T00:00:00Z",
      };
      response.setHeader("content-type", "application/json").end(JSON.stringify(ticket));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const url = `${protocol}://127.0.0.1:${port}`;
  const file = join(temporaryFolder("upload"), "video.mp4");
  writeFileSync(file, "a video");
  await uploadVideo({ url, key: "key" }, file);
  expect(received).toEqual(["a video"]);
  server.close();
});
