import { s3Bucket } from "./support/bucket.ts";

s3Bucket({ encrypted: false });
