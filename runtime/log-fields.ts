type Fields = Readonly<Record<string, unknown>>;

/** Where the name in a line is another word than the one in the code; docs/logs.md describes the fields. */
const renamed: Readonly<Record<string, string>> = {
  reqId: "request_id",
  uploadId: "video_id",
  // Of another object: the line has its own.
  message: "detail",
  level: "of_level",
  time: "at",
};

const names = new Map<string, string>();

/** The name of a field as lines have it: `jobId` of the code is `job_id`. */
export function fieldName(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const found =
    renamed[name] ?? name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (names.size < 1000) names.set(name, found);
  return found;
}

/** The fields by their names in lines. What is inside an object keeps the names of its own schema. */
export function lineFields(fields: Fields): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) line[fieldName(name)] = fields[name];
  return line;
}
