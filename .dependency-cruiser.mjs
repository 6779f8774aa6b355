// The floors of js/: a folder imports only what is below it. Imports of types count, too.

/** From the top. The folders on one floor do not import each other. */
const FLOORS = [
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

const directions = FLOORS.flatMap((floor, n) => {
  const notBelow = FLOORS.slice(0, n + 1).flat();
  return floor.map((folder) => ({
    name: `${folder}-imports-only-below`,
    comment: `Move what ${folder}/ needs to a floor below, or pass it in.`,
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
      comment: "Move what both files need to a third one.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphan",
      comment: "Delete the file, or let an entry of build.mjs reach it.",
      severity: "error",
      from: { path: within(["entries"]) },
      to: { path: "^js/", pathNot: [within(["entries"]), "\\.d\\.ts$"], reachable: false },
    },
    {
      name: "a-floor-for-each-folder",
      comment: "Give the folder a floor in this file.",
      severity: "error",
      from: {},
      to: { path: "^js/", pathNot: within(FLOORS.flat()) },
    },
    {
      name: "resolvable",
      comment: "The import leads nowhere.",
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
