import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get as getByTls, type RequestOptions } from "node:https";
import { get } from "node:http";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { exec } from "../../../tools/exec.ts";
import { imageRoot } from "../../../tools/images/roots.ts";
import { kinds, portOf, type Place } from "../../../tools/services/kinds.ts";
import { Sandbox } from "../../../tools/services/sandbox.ts";
import { newPlace } from "../../../tools/services/service.ts";
import { until } from "../../api/api-under-test.ts";
import { ca as edgeCa, startEdge } from "../../edge/edge-under-test.ts";
import { certifiedAfter, shownAt } from "../../support/inside-certificates.ts";
import { SecretFolder } from "../../support/secret-folder.ts";

const names = ["localhost"];
const inside = "/mnt/tls";

let folder: string;
let store: Sandbox;
let secret: SecretFolder;
let place: Place;

function answerTo(options: RequestOptions): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  getByTls(options, (response) => {
    text(response).then((body) => {
      resolve(`${String(response.statusCode)} ${body}`);
    }, reject);
  }).once("error", reject);
  return promise;
}

/** What it answers to whoever trusts these authorities. */
async function isHealthyFor(authorities: string): Promise<boolean> {
  const port = portOf(place, "s3");
  const answer = await answerTo({ host: "localhost", port, path: "/health", ca: authorities });
  return answer.startsWith("200 ");
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "object-store-tls-"));
  place = await newPlace("objectStore");
  secret = new SecretFolder(join(folder, "conf", "tls"));
  secret.put(certifiedAfter(0, names).files);
  const { command, path, env } = kinds.objectStore.run(place);
  const own = { VGW_CERT: `${inside}/tls.crt`, VGW_KEY: `${inside}/tls.key` };
  store = new Sandbox({
    ...{ folder, path, command, confAt: "mnt" },
    root: await imageRoot("object-store"),
    env: { ...env, ...own, TLS_FOLDER: inside, RENEWAL_SECONDS: "1" },
  });
  store.start();
  await until("the store", async () => {
    if (!store.isRunning) throw new Error(store.lastLogLines());
    return isHealthyFor(certifiedAfter(0, names).trusted);
  });
}, 120_000);
afterAll(async () => {
  await store.stop(kinds.objectStore.stopSignal);
  rmSync(folder, { recursive: true, force: true });
});

test("whoever comes without TLS gets nothing of the store", async () => {
  const { promise, resolve } = Promise.withResolvers<number | string | undefined>();
  get(`http://localhost:${portOf(place, "s3")}/health`, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).once("error", (error) => {
    resolve(error.message);
  });
  expect(await promise).not.toBe(200);
});

test("a program in Node trusts the store by the variable that its pod has, and no other store", async () => {
  const file = join(folder, "ca.pem");
  const ask = `fetch("https://localhost:${portOf(place, "s3")}/health").then(
    ({ status }) => console.log(status), ({ cause }) => console.log(cause.code))`;
  const asked = async (authorities: string): Promise<string> => {
    writeFileSync(file, authorities);
    const env = { NODE_EXTRA_CA_CERTS: file };
    return (await exec(process.execPath, ["-e", ask], { env })).trim();
  };
  expect(await asked(certifiedAfter(0, names).trusted)).toBe("200");
  expect(await asked(certifiedAfter(7, names).trusted)).toMatch(/^(SELF_SIGNED|UNABLE_TO)/);
});

test.each([
  { rotation: 0, answer: /^404 .*NoSuchBucket/s },
  { rotation: 7, answer: /^503 / },
])("the edge, which trusts authorities of rotation $rotation, has $answer of it", async (row) => {
  const objectStore = `127.0.0.1:${portOf(place, "s3")}`;
  const edge = await startEdge({
    targets: { api: "127.0.0.1:1", workerApi: "127.0.0.1:1", objectStore },
    store: { serverName: "localhost", authorities: certifiedAfter(row.rotation, names).trusted },
  });
  onTestFinished(() => edge.stop());
  const { hostname: host, port } = new URL(edge.url);
  expect(await answerTo({ host, port, path: "/framewright/x", ca: edgeCa })).toMatch(row.answer);
});

test("a rotation takes no connection away, and clients of before and after it connect all the time", async () => {
  const [before, after] = [certifiedAfter(0, names), certifiedAfter(1, names)];
  const port = portOf(place, "s3");
  const staying = connect({ port, host: "localhost", ca: before.trusted });
  await once(staying, "secureConnect");
  const coming = new X509Certificate(after.certificate).fingerprint256;
  secret.put(after.files);
  let isNew = false;
  while (!isNew) {
    // Before it is noticed, and after.
    isNew = (await shownAt(port)) === coming;
    for (const { trusted } of [before, after]) expect(await isHealthyFor(trusted)).toBe(true);
  }
  staying.write("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const [answer] = (await once(staying, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
  staying.destroy();
});
