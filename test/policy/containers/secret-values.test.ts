import { describe, expect, it } from "vitest";
import { secretIn } from "../../../policy/rules/containers/secrets.ts";

/** In parts, so that nobody's scanner takes this file for a leak. */
const dashes = "-".repeat(5);
const letters = "aB3dE6gH9k".repeat(5);
const cases = {
  "a private key": [
    `${dashes}BEGIN PRIVATE KEY${dashes}\nMIIE`,
    `${dashes}BEGIN RSA PRIVATE KEY${dashes}\nMIIE`,
    `{"private_key":"${dashes}BEGIN OPENSSH PRIVATE KEY${dashes}\\n"}`,
    `${dashes}BEGIN PGP PRIVATE KEY BLOCK${dashes}`,
  ],
  "an access key of AWS": [`AKIA${"ABCDEFGH".repeat(2)}`, `key=ASIA${"ABCDEFGH".repeat(2)}&x=1`],
  "a signed token": [`Bearer eyJ${letters}.eyJ${letters}.${letters}`],
  "a URL with a password": [
    ...["postgres://cart:hunter2@db:5432/cart", "redis://:hunter2@redis:6379"],
    "--url=AMQP://cart:p%40ss@rabbit/",
  ],
  "a connection string with a password": [
    "jdbc:postgresql://db/cart?user=cart&password=hunter2",
    "Server=db;User Id=cart;Password=hunter2;Encrypt=true",
    "host=db user=cart password=hunter2 dbname=cart",
  ],
  "a URL with a token": [
    `https://files.example.com/a?x=1&sig=${letters}`,
    `https://api.example.com/a?access_token=${letters}`,
  ],
  "credentials in a header": [
    `Authorization: Bearer ${letters}`,
    '"authorization": "Basic Y2FydDpodW50ZXIy"',
  ],
  "a token of GitHub": [`ghp_${letters}`, `github_pat_${letters}`],
  "a token of GitLab": [`glpat-${letters.slice(0, 20)}`],
  "a token of Slack": [`xoxb-${letters}`, `https://hooks.slack.com/services/T01/B02/${letters}`],
  "a key of Google": [`AIza${letters.slice(0, 35)}`, `GOCSPX-${letters.slice(0, 28)}`],
  "a key of Stripe": [`sk_live_${letters}`],
  "a token of npm": [`npm_${letters.slice(0, 36)}`],
  "a key of a model provider": [`sk-proj-${letters}`, `hf_${letters}`],
  "a key of Azure": [`AccountName=a;AccountKey=${letters}==;`],
  "credentials of a registry": [`{"auths":{"ghcr.io":{"auth": "${letters}="}}}`],
};

describe("a value that is a secret by its shape", () => {
  it.each(Object.entries(cases))("is known as %s", (kind, texts) => {
    for (const text of texts) expect([text, secretIn(text)]).toEqual([text, kind]);
  });

  it.each([
    "",
    "info",
    `${dashes}BEGIN CERTIFICATE${dashes}`,
    `${dashes}BEGIN PUBLIC KEY${dashes}`,
    "https://api.example.com/v1",
    "https://user@example.com/path",
    "postgres://cart:$(DB_PASSWORD)@db/cart",
    "postgres://cart:${DB_PASSWORD}@db/cart",
    "postgres://cart:<password>@db/cart",
    "postgres://cart:***@db/cart",
    "postgres://%s:%s@db/cart",
    "postgres://db:5432/cart?owner=a@b",
    "http://127.0.0.1:30080/a:b@c",
    "task-0123456789012345678901234567890",
    "disk-encryption-with-a-long-name-of-words",
    "registry.example.com/shop/cart:1.4.2",
    "jdbc:postgresql://db/cart?user=cart&password=$(DB_PASSWORD)",
    "host=db password=${DB_PASSWORD}",
    "host=db password= dbname=cart",
    "https://example.com/reset?password=true",
    "https://api.example.com/a?access_token={token}",
    "https://api.example.com/a?sig=none",
    "Authorization: Bearer $TOKEN",
    "Authorization: Bearer <token>",
    "authorization: header",
    "AKIA",
    "eyJhbGciOiJIUzI1NiJ9",
    "asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/shop",
  ])('"%s" is none', (text) => {
    expect(secretIn(text)).toBeUndefined();
  });
});
