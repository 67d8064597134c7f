import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { managedPostgres } from "../../../services/postgres/managed.ts";

test("a managed database is reached in its network, on its port, with its authorities", () => {
  const url = pulumi.secret("postgres://framewright:password@db.test:5432/framewright");
  const ca = pulumi.output("PEM");
  const network = { cidr: "10.30.0.0/24", except: [] };
  expect(managedPostgres({ kind: "managed", url, ca, network, port: 5432 })).toEqual({
    endpoint: { blocks: [network], port: 5432 },
    url,
    ca,
  });
});
