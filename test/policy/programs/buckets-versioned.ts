import { gcsBucket } from "./support/gcs.ts";

gcsBucket({ versioning: { enabled: false } });
