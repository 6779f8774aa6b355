// The orphans of the browser's store: loaded where there are some, and where Python asks for them.

export * from "../recovery/orphans";
