import manifest from "../package.json" with { type: "json" };

/** The version of the platform: of the clone, or of the image that holds this program. */
export const { version } = manifest;
