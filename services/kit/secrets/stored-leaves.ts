import { storedLeaf } from "../../../config/stored-leaf.ts";
import type { SecretStore } from "../../../infra/cluster.ts";
import { secretText, storedText, type SecretText, type StoredForm } from "./secret-text.ts";

/** What stands between the quotes of JSON as it is. Go's expressions repeat nothing more than 1000 times. */
const form: StoredForm = {
  pattern: "[ !#-[^-~]{1,1000}",
  words: "1 to 1000 printable characters of ASCII without double quotes, backslashes and ]",
};

/** Text between two quotes, which JSON of ours has in pairs: none of its strings has one. */
const quoted = /("stored:[a-z0-9-]+")/;

function leafOf(piece: string, store: SecretStore): SecretText {
  const [, name] = storedLeaf.exec(piece.slice(1, -1)) ?? [];
  return name === undefined ? piece : secretText`"${storedText(store, name, form)}"`;
}

/** JSON of a section of the stack file, with the values for which `stored:NAME` stands in it. */
export function withStored(json: string, store: SecretStore | undefined): SecretText {
  if (store === undefined) return json;
  return json
    .split(quoted)
    .map((piece) => leafOf(piece, store))
    .reduce((all, piece) => secretText`${all}${piece}`);
}
