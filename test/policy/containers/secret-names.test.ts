import { describe, expect, it } from "vitest";
import { isSecretName, isSecretPair } from "../../../policy/rules/containers/secrets.ts";

function words(...lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}

describe("a name of a secret", () => {
  it.each(
    words(
      "PASSWORD POSTGRES_PASSWORD dbPassword db.password --admin-password PGPASSWORD dbpassword",
      "CLIENTSECRET githubtoken REDIS_PASSWD DB_PWD KEY_PASSPHRASE SECRET CLIENT_SECRET SECRET_KEY",
      "SECRET_ID TOKEN GITHUB_TOKEN API_KEY BOOTSTRAP_API_KEY APIKEY PRIVATE_KEY S3_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY ENCRYPTION_KEY CREDENTIALS PASSWORD_HASH RABBITMQ_ERLANG_COOKIE",
      "REDISCLI_AUTH DB_PASS smtpPass MYSQL_PWD --requirepass SESSION_KEY JWT_KEY SECRETKEY PASSCODE",
    ),
  )("%s is one", (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    "",
    ...words(
      "PWD KEY KEYCLOAK_REALM PUBLIC_KEY SORT_KEY CACHE_KEY COOKIE_DOMAIN TOKENIZER SECRETARY",
      "COMPASS PASS TWO_PASS ENCODER_PASS proxy_pass OLDPWD AUTH_MODE TOKEN_TTL_SECONDS TOKEN_ISSUER",
      "TOKEN_URL SECRET_NAME SECRET_PROVIDER PASSWORD_FILE POSTGRES_PASSWORD_FILE TOKEN_PATH",
      "PASSWORD_MIN_LENGTH PASSWORD_POLICY CREDENTIALS_DIRECTORY API_KEY_HEADER",
    ),
  ])('"%s" is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe("a value under the name of a secret", () => {
  it.each(words("hunter2 123456 $2y$10$abcdefghijklmnopqrstuv /base64+looks/like=this"))(
    "%s is one",
    (value) => {
      expect(isSecretPair("DB_PASSWORD", value)).toBe(true);
    },
  );

  it.each([
    ...["", " ", "`cat /run/password`", "{{ .Values.password }}", "<your password>"],
    ...words("yes false $(OTHER) ${OTHER} $OTHER /var/run/secrets/tokens/token ./secrets/password"),
  ])('"%s" is none', (value) => {
    expect(isSecretPair("DB_PASSWORD", value)).toBe(false);
  });

  it("is none where it counts tokens", () => {
    expect(isSecretPair("MAX_TOKENS", "4096")).toBe(false);
  });
});
