import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";

/** A value of stack config, as YAML knows it. */
export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

export type Section = Readonly<Record<string, ConfigValue>>;

interface Content {
  readonly config: Section;
  readonly secretsprovider?: string;
  readonly [key: string]: unknown;
}

/** The file of one stack, edited between commands as its owner would edit it. */
export class StackFile {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Address of the key that the stack's secrets are sealed with, unless that is a passphrase. */
  get secretsProvider(): string | undefined {
    return this.#read().secretsprovider;
  }

  /** A top-level key of this project, `framewright:` left out. */
  get(key: string): ConfigValue | undefined {
    return this.#read().config[`framewright:${key}`];
  }

  section(key: string): Section {
    const value = this.get(key);
    if (value === undefined) return {};
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      throw new TypeError(`${key} is no section of ${this.#file}`);
    }
    return value as Section;
  }

  set(key: string, value: ConfigValue): void {
    const content = this.#read();
    const config = { ...content.config, [`framewright:${key}`]: value };
    // What Pulumi itself wrote there (the salt of the passphrase) stays.
    writeFileSync(this.#file, stringify({ ...content, config }));
  }

  #read(): Content {
    return parse(readFileSync(this.#file, "utf8")) as Content;
  }
}
