import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import type { AuditList } from "@framewright/contracts/audit.ts";
import type { JobList, Problem } from "@framewright/contracts/client-api.ts";
import type { Project } from "@framewright/contracts/project.ts";
import { Authority } from "../../support/control-plane/authority.ts";
import { startServices, type Services } from "../../support/services.ts";
import { clientOf, startApiUnderTest, until, type ApiUnderTest } from "../api-under-test.ts";
import { openEvents } from "../event-reader.ts";
import { audience, IssuerUnderTest, projectId } from "./issuer-under-test.ts";

const usual = getCACertificates("default");
let services: Services;
let folder: string;
let authority: Authority;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "framewright-issuer-"));
  authority = new Authority(folder);
  authority.sign("issuer", "/CN=issuer", "subjectAltName=IP:127.0.0.1\n");
  setDefaultCACertificates([...usual, readFileSync(authority.file("ca.crt"), "utf8")]);
  services = await startServices({ postgres: true, objectStore: true });
});
afterAll(async () => {
  setDefaultCACertificates(usual);
  await services.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An issuer with TLS, and the whole API with it in its environment. */
async function under(): Promise<{ issuer: IssuerUnderTest; api: ApiUnderTest }> {
  const [key, cert] = ["issuer.key", "issuer.crt"].map((name) =>
    readFileSync(authority.file(name), "utf8"),
  );
  const issuer = await IssuerUnderTest.start({ key: key ?? "", cert: cert ?? "" });
  const { databaseUrl, s3 } = services;
  const api = await startApiUnderTest(
    { databaseUrl, s3 },
    {
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: audience,
      OIDC_SCOPES_READ: "framewright:read",
      OIDC_SCOPES_SUBMIT: "framewright:submit",
      OIDC_SCOPES_ADMIN: "framewright:admin",
    },
  );
  onTestFinished(() => api.stop());
  return { issuer, api };
}

const everything = "framewright:read framewright:submit framewright:admin";

it("the API takes tokens of its issuer, names their subjects, and refuses them with their project", async () => {
  const { issuer, api } = await under();
  const withKey = clientOf(api);
  const { body: project } = await withKey.send<Project>("POST", "/v1/projects", { name: "tokens" });
  const token = (change: JWTPayload = {}) =>
    issuer.token({ framewright_project: project.id, scope: everything, ...change });
  const good = await token();
  const alice = clientOf({ url: api.url, key: good });

  const uploadId = await alice.upload();
  const job = await alice.submit({ uploadId, profile: "hls-720p" });
  const { body: audit } = await alice.send<AuditList>("GET", "/v1/audit");
  const name = `alice (${issuer.url})`;
  expect(audit.entries.map(({ action, keyName }) => [action, keyName])).toEqual([
    ["job.create", name],
    ["upload.create", name],
  ]);
  const [keyId, ...others] = new Set(audit.entries.map((entry) => entry.keyId));
  expect([keyId, others]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), []]);
  expect(api.log.some((line) => line.includes(`"key_id":"${keyId ?? ""}"`))).toBe(true);

  const elsewhere = clientOf({
    url: api.url,
    key: await token({ framewright_project: projectId }),
  });
  expect((await elsewhere.send<JobList>("GET", "/v1/jobs")).body.jobs).toEqual([]);

  const events = await openEvents(api.url, good, job.id);
  await withKey.send("PATCH", `/v1/projects/${project.id}`, { archived: true });
  await events.toEnd();
  await until("the token is forgotten", async () => {
    const { status, body } = await alice.send<Problem>("GET", "/v1/jobs");
    return status === 403 && body.code === "project-refused";
  });
  const [, , signature] = good.split(".");
  expect(api.log.filter((line) => line.includes(signature ?? good))).toEqual([]);
});
