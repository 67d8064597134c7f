import { expect, it } from "vitest";
import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import { secret } from "../../../tools/plugins/kit/properties.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { functions } from "./functions.ts";
import { publishMore } from "./published.ts";

const addon = "aws:eks/getAddonVersion:getAddonVersion";
const parameter = "aws:ssm/getParameter:getParameter";

function ask(token: string, args: JsonObject, folder: string): JsonObject {
  const answer = functions.get(token);
  if (answer === undefined) throw new Error(`nobody answers ${token}`);
  return answer(args, folder);
}

function release(folder: string, minor = "1.36", variant = "nvidia"): JsonObject {
  const image = `${minor}/amazon-linux-2023/x86_64/${variant}`;
  const name = `/aws/service/eks/optimized-ami/${image}/recommended/release_version`;
  return ask(parameter, { name }, folder);
}

it("names EKS's own choice of an add-on, and the newest one", () => {
  const folder = temporaryFolder("aws-");
  const asked = { addonName: "coredns", kubernetesVersion: "1.36" };
  publishMore(folder);
  expect(ask(addon, asked, folder)["version"]).toBe("v1.13.2-eksbuild.4");
  const newest = ask(addon, { ...asked, mostRecent: true }, folder);
  expect(newest["version"]).toBe("v1.13.2-eksbuild.5");
});

it("names kube-proxy by the version of Kubernetes", () => {
  const asked = { addonName: "kube-proxy", kubernetesVersion: "1.36", mostRecent: true };
  expect(ask(addon, asked, temporaryFolder("aws-"))["version"]).toBe("v1.36.3-eksbuild.2");
});

it("names the release of node images, in public and as a secret, and a newer one a week later", () => {
  const folder = temporaryFolder("aws-");
  expect(release(folder)).toMatchObject({
    insecureValue: "1.36.3-20261101",
    value: secret("1.36.3-20261101"),
  });
  publishMore(folder);
  expect(release(folder)["insecureValue"]).toBe("1.36.3-20261108");
});

it("knows no parameter that AWS does not publish", () => {
  expect(() => release(temporaryFolder("aws-"), "1.36", "gpu")).toThrow("couldn't find resource");
});
