import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { knownText } from "../../../services/kit/secrets/secret-text.ts";
import { managedPostgres } from "../../../services/postgres/managed.ts";

test("a managed database is reached in its network, on its port, with its authorities", async () => {
  const url = pulumi.secret("postgres://framewright:password@db.test:5432/framewright");
  const ca = pulumi.output("PEM");
  const network = { cidr: "10.30.0.0/24", except: [] };
  const { urlAs, ...made } = managedPostgres({ kind: "managed", url, ca, network, port: 5432 });
  expect(made).toEqual({ endpoint: { blocks: [network], port: 5432 }, url, ca });
  const another = await new Promise((resolve) => {
    knownText(urlAs("app", "word"), "it").apply(resolve);
  });
  expect(another).toBe("postgres://app:word@db.test:5432/framewright");
});
