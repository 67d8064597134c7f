import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { parseAs } from "./parse.ts";
import { installedVersion } from "./plugins/kit/version.ts";

/** The Go module of the official provider for Kubernetes. */
export const providerModule = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** The engine warns of a plugin that is older than the program's SDK; what follows the plus sign is the module's date. */
function claimedVersion(): string {
  return `${installedVersion("@pulumi/kubernetes")}+20260115`;
}

export function providerVersion(): Readonly<Record<string, string>> {
  return { [`${providerModule}/pkg/version.Version`]: claimedVersion() };
}

/** What the program asks of its provider by `enablePatchForce`, an option that the module is older than. */
export const providerEnvironment = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };

const Schema = Type.Record(Type.String(), Type.Unknown());

/**
 * Makes the folder in which Go builds the provider. Its command embeds two files that its module lacks, because a release
 * generates them from two others that the module has; this does what its `generate.go` does.
 */
export function makeProviderCommand(moduleFolder: string, folder: string): void {
  const source = join(moduleFolder, "cmd/pulumi-resource-kubernetes");
  const read = (file: string): Record<string, unknown> =>
    parseAs(Schema, JSON.parse(readFileSync(join(source, file), "utf8")), file);
  const write = (file: string, content: unknown): void => {
    writeFileSync(join(folder, file), JSON.stringify(content));
  };
  cpSync(join(source, "main.go"), join(folder, "main.go"));
  write("schema-embed.json", { ...read("schema.json"), version: claimedVersion() });
  write("terraform-mapping-embed.json", read("terraform-mapping.json"));
}
