// The layers of js/. A folder imports only from the layers below it. Imports of types count, too.

/** From the top. The folders of one layer do not import each other. */
const LAYERS = [
  ["entries"],
  ["labeling"],
  ["view"],
  ["player"],
  ["recorder"],
  ["capture"],
  ["sources", "decoding", "recovery"],
  ["environment", "ui"],
  ["wire"],
];

const within = (folders) => `^js/(${folders.join("|")})/`;

const directions = LAYERS.flatMap((layer, n) => {
  const notBelow = LAYERS.slice(0, n + 1).flat();
  return layer.map((folder) => ({
    name: `${folder}-imports-only-below`,
    comment: `Move the imported code to a layer below ${folder}/, or pass it in.`,
    severity: "error",
    from: { path: within([folder]) },
    to: { path: within(notBelow), pathNot: within([folder]) },
  }));
});

export default {
  forbidden: [
    ...directions,
    {
      name: "no-circle",
      comment: "Move the code that both files need to a third one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphan",
      comment: "Delete the file, or import it from an entry of build.mjs.",
      severity: "error",
      from: { path: within(["entries"]) },
      to: { path: "^js/", pathNot: [within(["entries"]), "\\.d\\.ts$"], reachable: false },
    },
    {
      name: "a-layer-for-each-folder",
      comment: "Add the folder to a layer in this file.",
      severity: "error",
      from: {},
      to: { path: "^js/", pathNot: within(LAYERS.flat()) },
    },
    {
      name: "resolvable",
      comment: "The imported module does not exist.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".css"],
      exportsFields: ["exports"],
      conditionNames: ["import"],
    },
  },
};
