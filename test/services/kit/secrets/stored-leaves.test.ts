import { expect, test } from "vitest";
import { StoredText } from "../../../../services/kit/secrets/secret-text.ts";
import { withStored } from "../../../../services/kit/secrets/stored-leaves.ts";
import { templateOf } from "../../../../services/kit/secrets/stored-secret.ts";
import { formsIn, renderTemplate } from "../../../support/stored-secrets.ts";

const store = { name: "ours", prefix: "p-", revision: 0 };
const content = {
  url: "stored:slack-url",
  text: 'say "stored:other" and {{ .Alerts }}',
  headers: { authorization: "stored:token", plain: "stored: not a name" },
};

test("JSON has the values of the store in place of their names, and nothing else is touched", () => {
  const text = withStored(JSON.stringify(content, null, 1), store);
  if (!(text instanceof StoredText)) throw new Error("the text has no value of the store");
  const template = templateOf(text);
  expect(formsIn(template).map(({ field }) => field)).toEqual(["slack_url", "token"]);
  const values = { slack_url: "https://x/?a=1&b={{", token: "Bearer a[0" };
  expect(JSON.parse(renderTemplate(template, values))).toEqual({
    ...content,
    url: values.slack_url,
    headers: { ...content.headers, authorization: values.token },
  });
  for (const bad of ['a"b', "a\\b", "a\nb", "é", ""]) {
    expect(() => renderTemplate(template, { ...values, token: bad })).toThrow(/p-token must be/);
  }
});

test("without a store, or without a name of one, it is as it was", () => {
  expect(withStored('{"a":"stored:x"}', undefined)).toBe('{"a":"stored:x"}');
  expect(withStored('{"a":"b"}', store)).not.toBeInstanceOf(StoredText);
});
