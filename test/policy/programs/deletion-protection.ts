import { gcsBucket } from "./support/gcs.ts";

gcsBucket({ forceDestroy: true });
