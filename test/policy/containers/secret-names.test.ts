import { describe, expect, it } from "vitest";
import { isSecretName, isSecretPair } from "../../../policy/rules/containers/secret-names.ts";

describe("a name of a secret", () => {
  it.each([
    "PASSWORD",
    "POSTGRES_PASSWORD",
    "dbPassword",
    "db.password",
    "--admin-password",
    "PGPASSWORD",
    "dbpassword",
    "CLIENTSECRET",
    "githubtoken",
    "REDIS_PASSWD",
    "DB_PWD",
    "KEY_PASSPHRASE",
    "SECRET",
    "CLIENT_SECRET",
    "SECRET_KEY",
    "SECRET_ID",
    "TOKEN",
    "GITHUB_TOKEN",
    "API_KEY",
    "BOOTSTRAP_API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "S3_ACCESS_KEY_ID",
    "ENCRYPTION_KEY",
    "CREDENTIALS",
    "PASSWORD_HASH",
    "RABBITMQ_ERLANG_COOKIE",
    "REDISCLI_AUTH",
    "DB_PASS",
    "smtpPass",
    "MYSQL_PWD",
    "--requirepass",
    "SESSION_KEY",
    "JWT_KEY",
    "SECRETKEY",
    "PASSCODE",
  ])("%s is one", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    "",
    "PWD",
    "KEY",
    "KEYCLOAK_REALM",
    "PUBLIC_KEY",
    "SORT_KEY",
    "CACHE_KEY",
    "COOKIE_DOMAIN",
    "TOKENIZER",
    "SECRETARY",
    "COMPASS",
    "PASS",
    "TWO_PASS",
    "ENCODER_PASS",
    "proxy_pass",
    "OLDPWD",
    "AUTH_MODE",
    "TOKEN_TTL_SECONDS",
    "TOKEN_ISSUER",
    "TOKEN_URL",
    "SECRET_NAME",
    "SECRET_PROVIDER",
    "PASSWORD_FILE",
    "POSTGRES_PASSWORD_FILE",
    "TOKEN_PATH",
    "PASSWORD_MIN_LENGTH",
    "PASSWORD_POLICY",
    "CREDENTIALS_DIRECTORY",
    "API_KEY_HEADER",
  ])('"%s" is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe("a value under the name of a secret", () => {
  it.each([
    ["DB_PASSWORD", "hunter2"],
    ["DB_PASSWORD", "123456"],
    ["DB_PASSWORD", "$2y$10$abcdefghijklmnopqrstuv"],
    ["API_TOKEN", "0a1b2c"],
    ["API_TOKEN", "/base64+looks/like=this"],
  ])("%s gives it away", (name, value) => {
    expect(isSecretPair(name, value)).toBe(true);
  });

  it.each([
    ["DB_PASSWORD", ""],
    ["DB_PASSWORD", " "],
    ["ALLOW_EMPTY_PASSWORD", "yes"],
    ["USE_TOKEN", "false"],
    ["DB_PASSWORD", "$(OTHER_PASSWORD)"],
    ["DB_PASSWORD", "${OTHER_PASSWORD}"],
    ["DB_PASSWORD", "$OTHER_PASSWORD"],
    ["DB_PASSWORD", "`cat /run/password`"],
    ["DB_PASSWORD", "{{ .Values.password }}"],
    ["DB_PASSWORD", "<your password>"],
    ["TOKEN", "/var/run/secrets/tokens/token"],
    ["PASSWORD", "./secrets/password"],
    ["MAX_TOKENS", "4096"],
  ])("%s=%s does not", (name, value) => {
    expect(isSecretPair(name, value)).toBe(false);
  });
});
