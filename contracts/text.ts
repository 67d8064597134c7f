import { Type } from "typebox";

interface LineOptions {
  readonly maxLength: number;
  readonly minLength?: number;
  readonly description?: string;
}

/** A text of one line, such as a name: no control character and no line break. */
export function Line(options: LineOptions) {
  return Type.String({ pattern: "^[^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029]*$", ...options });
}
