import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectionOf } from "../../../api/backends/database-connection.ts";

let folder: string;
let caFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "framewright-ca-"));
  caFile = join(folder, "ca.pem");
  writeFileSync(caFile, "the authorities");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("without authorities the URL is all that counts", () => {
  const url = "postgres://u:p@postgres.framewright-data.svc.cluster.local:5432/app";
  expect(connectionOf({ url, caFile: undefined })).toEqual({ connectionString: url });
});

it("with authorities they alone may sign, for the host of the URL", () => {
  expect(connectionOf({ url: "postgres://u:p@db.example:5432/app", caFile })).toEqual({
    connectionString: "postgres://u:p@db.example:5432/app",
    ssl: { ca: "the authorities" },
  });
});

it.each(["sslmode=disable", "sslmode=no-verify&sslrootcert=x", "ssl=false&uselibpqcompat=true"])(
  "what the URL says about TLS (%s) changes nothing",
  (parameters) => {
    const url = `postgres://u:p@db.example:5432/app?${parameters}&application_name=me`;
    expect(connectionOf({ url, caFile })).toEqual({
      connectionString: "postgres://u:p@db.example:5432/app?application_name=me",
      ssl: { ca: "the authorities" },
    });
  },
);

it.each(["10.30.0.3", "[fd00::3]"])("an address (%s) has no name to compare", (host) => {
  const { ssl } = connectionOf({ url: `postgres://u:p@${host}:5432/app`, caFile });
  expect(ssl).toMatchObject({ ca: "the authorities" });
  expect(ssl).toHaveProperty("checkServerIdentity");
});

it("a file of authorities that is not there is an error, not a connection without them", () => {
  const options = { url: "postgres://u:p@db/app", caFile: join(folder, "none.pem") };
  expect(() => connectionOf(options)).toThrow("ENOENT");
});
