import { once } from "node:events";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectByTls } from "node:tls";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectionOf } from "../../../api/backends/database-connection.ts";
import { filesIn } from "../../../services/kit/tls/inside-tls.ts";
import { asArguments } from "../../../services/postgres/settings.ts";
import { clientsOfOne, tlsSettings } from "../../../services/postgres/tls.ts";
import { imageRoot } from "../../../tools/images/roots.ts";
import { freePort } from "../../../tools/services/free-port.ts";
import { kinds, newPassword } from "../../../tools/services/kinds.ts";
import { Sandbox } from "../../../tools/services/sandbox.ts";
import { until } from "../../api/api-under-test.ts";
import { certifiedAfter } from "../../support/inside-certificates.ts";
import { SecretFolder } from "../../support/secret-folder.ts";

const names = ["localhost"];
const inside = "/mnt/tls";

let folder: string;
let server: Sandbox;
let secret: SecretFolder;
let port: number;
let password: string;

/** As the API connects, with these authorities. */
async function connected(authorities: string | undefined): Promise<pg.Client> {
  const caFile = authorities === undefined ? undefined : join(folder, "ca.pem");
  if (caFile !== undefined) writeFileSync(caFile, authorities ?? "");
  const url = `postgres://framewright:${password}@localhost:${port}/framewright`;
  const client = new pg.Client(connectionOf({ url, caFile }));
  await client.connect();
  return client;
}

/** The certificate that the server shows to whoever asks now. */
async function shown(): Promise<X509Certificate> {
  const plain = connect(port, "localhost");
  await once(plain, "connect");
  // https://www.postgresql.org/docs/17/protocol-message-formats.html: SSLRequest
  plain.write(Buffer.from("0000000804d2162f", "hex"));
  await once(plain, "data");
  const socket = connectByTls({ socket: plain, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerX509Certificate();
  socket.destroy();
  if (certificate === undefined) throw new Error("the server showed no certificate");
  return certificate;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "postgres-tls-"));
  port = await freePort();
  password = newPassword();
  const conf = join(folder, "conf");
  mkdirSync(conf);
  writeFileSync(join(conf, "pg_hba.conf"), clientsOfOne("required"));
  secret = new SecretFolder(join(conf, "tls"));
  secret.put(certifiedAfter(0, names).files);
  const { command, path, env } = kinds.postgres.run({ ports: { sql: port }, password });
  const settings = asArguments({ ...tlsSettings(filesIn(inside)), hba_file: "/mnt/pg_hba.conf" });
  server = new Sandbox({
    ...{ folder, path, confAt: "mnt" },
    root: await imageRoot("postgres"),
    command: [...command, ...settings],
    env: { ...env, TLS_FOLDER: inside, RENEWAL_SECONDS: "1" },
  });
  server.start();
  await until("the server", async () => {
    if (!server.isRunning) throw new Error(server.lastLogLines());
    const client = await connected(certifiedAfter(0, names).trusted).catch(() => undefined);
    await client?.end();
    return client !== undefined;
  });
}, 120_000);
afterAll(async () => {
  await server.stop(kinds.postgres.stopSignal);
  rmSync(folder, { recursive: true, force: true });
});

test("whoever comes without TLS is refused", async () => {
  await expect(connected(undefined)).rejects.toThrow(/no pg_hba\.conf entry.*no encryption/);
});

test("a server that others certify is refused by its clients", async () => {
  await expect(connected(certifiedAfter(7, names).trusted)).rejects.toThrow(/certificate/);
});

test("clients with the stack's authorities come by TLS 1.3", async () => {
  const client = await connected(certifiedAfter(0, names).trusted);
  const { rows } = await client.query(
    "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
  );
  await client.end();
  expect(rows).toEqual([{ ssl: true, version: "TLSv1.3" }]);
});

test("a rotation takes no connection away, and clients of before and after it connect all the time", async () => {
  const [before, after] = [certifiedAfter(0, names), certifiedAfter(1, names)];
  const staying = await connected(before.trusted);
  const [row] = (await staying.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows;
  const coming = new X509Certificate(after.certificate);
  secret.put(after.files);
  let isNew = false;
  while (!isNew) {
    // Before it is noticed, and after.
    isNew = (await shown()).fingerprint256 === coming.fingerprint256;
    for (const trusted of [before.trusted, after.trusted]) await (await connected(trusted)).end();
  }
  const { rows } = await staying.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  expect(rows).toEqual([row]);
  await staying.end();
  // Two rotations further nobody trusts what signed the first.
  await expect(connected(certifiedAfter(3, names).trusted)).rejects.toThrow(/certificate/);
});
