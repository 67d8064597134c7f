import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { authorityOf } from "../../../../services/kit/tls/certificates.ts";
import { p256 } from "../../../../services/kit/tls/p256.ts";

const authority = authorityOf("password", "authority");
const server = authority.issue({ subject: "server", names: ["a.test", "b.test"] });
const root = new X509Certificate(authority.certificate);

test("the same password makes the same bytes, and another one others", () => {
  expect(
    authorityOf("password", "authority").issue({ subject: "server", names: ["a.test", "b.test"] }),
  ).toEqual(server);
  expect(authorityOf("other", "authority").certificate).not.toBe(authority.certificate);
});

test("what it issues is signed by it, for the names that were asked for, with the key of its own", () => {
  const certificate = new X509Certificate(server.certificate);
  expect(root.ca).toBe(true);
  expect(root.verify(root.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkIssued(root)).toBe(true);
  expect(certificate.verify(root.publicKey)).toBe(true);
  expect(certificate.checkHost("b.test")).toBe("b.test");
  expect(certificate.checkHost("c.test")).toBeUndefined();
  expect(certificate.checkPrivateKey(createPrivateKey(server.key))).toBe(true);
});

test("an authority of another password does not vouch for it", () => {
  const other = new X509Certificate(authorityOf("other", "authority").certificate);
  expect(new X509Certificate(server.certificate).verify(other.publicKey)).toBe(false);
});

test("a server's is for servers, a client's for clients", () => {
  const client = new X509Certificate(authority.issue({ subject: "client" }).certificate);
  expect(client.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  expect(client.subject).toBe("CN=client");
  expect(new X509Certificate(server.certificate).keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
});

test("for browsers it signs by ECDSA on P-256, the same bytes each time, and names addresses", () => {
  const issue = () => authorityOf("password", "web", p256);
  const site = issue().issue({ subject: "site", names: ["a.test", "127.0.0.1"] });
  expect(issue().issue({ subject: "site", names: ["a.test", "127.0.0.1"] })).toEqual(site);
  const [signer, certificate] = [issue().certificate, site.certificate].map(
    (pem) => new X509Certificate(pem),
  );
  if (signer === undefined || certificate === undefined) throw new Error("two were made");
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  expect(certificate.checkIssued(signer)).toBe(true);
  expect(certificate.verify(signer.publicKey)).toBe(true);
  expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(certificate.checkHost("a.test")).toBe("a.test");
  expect(certificate.checkPrivateKey(createPrivateKey(site.key))).toBe(true);
});
