import { X509Certificate } from "node:crypto";
import { inside, readText, type Found } from "./files.ts";
import type { ConfigValues } from "./schema.ts";

type Section = NonNullable<ConfigValues["postgres"]["managed"]>;

/** Postgres as a service of the cloud, with the file that the section names read. */
export type ManagedPostgres = Omit<Section, "caFile"> & {
  /** PEM of the authorities that sign the server's certificate, where the cloud does not hand them out. */
  readonly ca?: string;
};

const path = "postgres.managed.caFile";
const remedy =
  "download the bundle for your region from https://truststore.pki.rds.amazonaws.com, and name the file";

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Why a text is no list of certificates; nothing when it is one. */
function faultOf(text: string): string | undefined {
  const blocks = text.match(certificate) ?? [];
  if (blocks.length === 0) return "which holds no PEM certificate";
  try {
    for (const block of blocks) new X509Certificate(block);
    return undefined;
  } catch (error) {
    return `which holds a broken certificate (${String(error)})`;
  }
}

/** Reads what the section names. Whether it must name a file is the rule `managedPostgresFits`. */
export function findManagedPostgres(
  section: Section | undefined,
  root: string,
): Found<ManagedPostgres | undefined> {
  if (section === undefined) return { ok: undefined };
  const { caFile, ...rest } = section;
  if (caFile === undefined) return { ok: rest };
  const file = inside(root, caFile);
  const text = readText(file, { path, remedy });
  if ("problem" in text) return text;
  const fault = faultOf(text.ok);
  return fault === undefined
    ? { ok: { ...rest, ca: text.ok } }
    : { problem: { path, problem: `names ${file}, ${fault}`, remedy } };
}
