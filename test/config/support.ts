import { Value } from "typebox/value";
import { ConfigSchema, type ConfigValues } from "../../config/schema.ts";

/** A config of defaults, with these parts changed. */
export function configWith(change: (config: ConfigValues) => void = () => undefined): ConfigValues {
  const config = Value.Parse(ConfigSchema, Value.Default(ConfigSchema, {}));
  change(config);
  return config;
}
