// The orphans in the browser's store: loaded if there are any, or if Python requests them.

export * from "../recovery/orphans";
