import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import {
  knownText,
  secretList,
  secretText,
  shownText,
  storedText,
  StoredText,
} from "../../../../services/kit/secrets/secret-text.ts";
import { storedDigest, templateOf } from "../../../../services/kit/secrets/stored-secret.ts";

const store = { name: "ours", prefix: "p-", revision: 0 };
const form = { pattern: "[a-z]{3}", words: "three letters" };
const password = storedText(store, "db-password", form);

function template(text: unknown): string {
  if (!(text instanceof StoredText)) throw new Error("the text is not of the store");
  return templateOf(text);
}

const refusal =
  '{{ if not (regexMatch "^[a-z]{3}$" .db_password) }}{{ fail "the value p-db-password must be three letters" }}{{ end }}';

describe("a text with a value of the store", () => {
  test("is a template, with one check of each value", () => {
    const text = secretText`x://u:${password}@h:${5432}/${password}`;
    expect(template(text)).toBe(`${refusal}x://u:{{ .db_password }}@h:5432/{{ .db_password }}`);
  });

  test("has what looks like an action as text", () => {
    expect(template(secretText`{{ .x }}${password}`)).toBe(
      `${refusal}{{ "{{" }} .x }}{{ .db_password }}`,
    );
  });

  test("can't have one in it that Pulumi computes, nor be shown or computed with", () => {
    expect(() => secretText`${pulumi.output("x")}${password}`).toThrow(/that Pulumi computes/);
    expect(shownText(password)).toBeUndefined();
    expect(() => knownText(password, "a hash")).toThrow(/a hash cannot be made/);
  });
});

test("texts without one are Pulumi's, as its own literals make them", async () => {
  const text = secretText`a${pulumi.output("b")}${secretList([secretText`${1}`, "2"])}`;
  const known = await new Promise((resolve) => {
    knownText(text, "it").apply(resolve);
  });
  expect(known).toBe("ab[1,2]");
});

test("another generation, revision, store or text has another digest", () => {
  const digests = [
    password,
    storedText(store, "db-password", form, 1),
    storedText({ ...store, revision: 1 }, "db-password", form),
    storedText({ ...store, name: "other" }, "db-password", form),
    storedText({ ...store, prefix: "q-" }, "db-password", form),
    secretText`${password}.`,
  ].map((text) => (text instanceof StoredText ? storedDigest({ text }) : ""));
  expect(new Set(digests).size).toBe(6);
  expect(digests).not.toContain("");
});
