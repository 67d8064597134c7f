/** What an SDK's own types say of the resources that a stand-in serves. */

/** `{ ref }` names an entry of {@link SdkSchema.types}. */
export type FieldType =
  | "string"
  | "number"
  | "boolean"
  | "any"
  | { readonly list: FieldType }
  | { readonly map: FieldType }
  | { readonly ref: string }
  | { readonly oneOf: readonly FieldType[] };

export interface Field {
  readonly type: FieldType;
  readonly required: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

export interface ResourceSchema {
  readonly inputs: Fields;
  /** An output that is not required may be absent; a required one that no input gives is computed by the cloud. */
  readonly outputs: Fields;
}

export interface SdkSchema {
  /** By type token. */
  readonly resources: Readonly<Record<string, ResourceSchema>>;
  /** Nested objects, by the name under `inputs.` or `outputs.`. */
  readonly types: Readonly<Record<string, Fields>>;
}

export function resourceSchema(schema: SdkSchema, type: string): ResourceSchema {
  const found = schema.resources[type];
  if (found === undefined) throw new Error(`the SDK has no resource ${type}`);
  return found;
}
