import type { Cloud } from "../harness/cloud.ts";

/** Development samples let go at once; their protection is turned on to see it refuse. */
export function protect(cloud: Cloud): Promise<string> {
  const before = cloud.file.get("deletionProtection") ?? "by default";
  cloud.file.set("deletionProtection", "true");
  return Promise.resolve(`in the stack file: ${JSON.stringify(before)}`);
}
