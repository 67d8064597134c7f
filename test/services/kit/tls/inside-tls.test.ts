import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { InsideAuthority } from "../../../../services/kit/tls/inside-tls.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../../support/under-mocks.ts";
import { certifiedAfter } from "../../../support/inside-certificates.ts";

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g;

function authoritiesIn(bundle: string): X509Certificate[] {
  return (bundle.match(pem) ?? []).map((text) => new X509Certificate(text));
}

function trusts(bundle: string, certificate: string): boolean {
  const shown = new X509Certificate(certificate);
  return authoritiesIn(bundle).some(
    (authority) => shown.checkIssued(authority) && shown.verify(authority.publicKey),
  );
}

describe("a rotation", () => {
  const names = ["server.test"];
  const [first, second, fourth] = [0, 1, 3].map((rotation) => certifiedAfter(rotation, names));
  if (!first || !second || !fourth) throw new Error("three were made");

  test("leaves clients of before and of after it with what servers of both show", () => {
    for (const { trusted } of [first, second]) {
      expect(trusts(trusted, first.certificate)).toBe(true);
      expect(trusts(trusted, second.certificate)).toBe(true);
    }
  });

  test("ends the trust in what signed two rotations before", () => {
    expect(trusts(fourth.trusted, second.certificate)).toBe(false);
  });

  test("gives each authority a name of its own", () => {
    expect(authoritiesIn(second.trusted).map(({ subject }) => subject)).toEqual([
      "CN=Framewright inside 0",
      "CN=Framewright inside 1",
      "CN=Framewright inside 2",
    ]);
  });
});

test("a server's certificate is in a Secret of its own, which its pod mounts as a folder", async () => {
  const app = { name: "server", namespace: "framewright-data", component: "test" };
  const resources = await registeredOn(testConfig(), (_, on) => {
    const authority = new InsideAuthority("inside", 2, on);
    const { secretName, folders } = authority.certify(
      "inside-server",
      { app, names: ["server.test"] },
      authority,
    );
    expect(secretName).toBe("server-tls");
    expect(folders).toEqual({
      "/etc/framewright-tls": { secretName: "server-tls", mode: 0o440 },
    });
  });
  expect(leaves(resources)).toEqual([
    "RandomPassword inside-authority",
    "RandomPassword inside-authority-1",
    "RandomPassword inside-authority-2",
    "Secret inside-server-tls",
  ]);
  expect(inputsOf(resources, "inside-server-tls")).toMatchObject({
    metadata: { name: "server-tls", namespace: "framewright-data" },
    type: "kubernetes.io/tls",
  });
});
