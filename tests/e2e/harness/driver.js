// What a test does with JupyterLab, through `window.jupyterapp`. At `window.driver`.
(() => {
  const pending = new Map(); // cell id → { done, ok }

  const app = () => window.jupyterapp;
  const panel = () => app().shell.currentWidget;
  const kernel = () => panel()?.sessionContext?.session?.kernel;

  function cell(id) {
    const found = panel().content.widgets.find((widget) => widget.model.id === id);
    if (!found) throw new Error(`No cell ${id} in the notebook that is open.`);
    return found;
  }

  /** JupyterLab tells that a kernel died in a dialog, which covers the page. */
  const dismissDialogs = () =>
    document.querySelectorAll(".jp-Dialog .jp-Dialog-button").forEach((button) => button.click());

  let unknownSince = null;

  /**
   * Where a kernel died young and busy, JupyterLab (4.6) may ask the new one for its name too early,
   * and wait for the answer forever: in 1 of 5. Do what a person does: restart it.
   */
  function restartTheForgotten() {
    const { status, connectionStatus } = kernel() ?? {};
    const now = performance.now();
    unknownSince =
      status === "unknown" && connectionStatus === "connected" ? (unknownSince ?? now) : null;
    if (unknownSince !== null && now - unknownSince > 5000) {
      unknownSince = now;
      void panel().sessionContext.restartKernel();
    }
  }

  window.driver = {
    /** JupyterLab is up, and its commands can be used. */
    started: () => Boolean(app()?.commands?.hasCommand("docmanager:open")),

    /** The notebook of this path is in front, and its kernel is ready for a cell. */
    ready(path) {
      dismissDialogs();
      restartTheForgotten();
      const notebook = panel();
      return (
        notebook?.context?.path === path &&
        notebook.context.isReady &&
        kernel()?.status === "idle" &&
        kernel().connectionStatus === "connected"
      );
    },

    /** Whether the kernel answers a question of this page, within so many milliseconds. */
    heard: (within) =>
      Promise.race([
        kernel()
          .requestKernelInfo()
          .then(Boolean, () => false),
        new Promise((resolve) => setTimeout(resolve, within, false)),
      ]),

    status: () => ({
      path: panel()?.context?.path ?? null,
      kernel: kernel()?.status ?? null,
      connection: kernel()?.connectionStatus ?? null,
      dialog: document.querySelector(".jp-Dialog")?.textContent ?? null,
    }),

    async open(path) {
      await app().restored;
      await app().commands.execute("docmanager:open", { path, factory: "Notebook" });
    },

    /** Append a code cell and return its id. */
    append(source) {
      const notebook = panel().content.model.sharedModel;
      notebook.insertCell(notebook.cells.length, { cell_type: "code", source });
      return notebook.cells[notebook.cells.length - 1].id;
    },

    /** Run a cell as a person does. It is under way when this returns. */
    run(id) {
      const notebook = panel().content;
      notebook.activeCellIndex = notebook.widgets.indexOf(cell(id));
      const entry = { done: false };
      pending.set(id, entry);
      app()
        .commands.execute("notebook:run-cell")
        .finally(() => (entry.done = true));
    },

    finished: (id) => pending.get(id)?.done ?? false,

    /** What stands under a cell now. */
    outputs(id) {
      const { model } = cell(id);
      return { count: model.executionCount, outputs: model.outputs.toJSON() };
    },

    codeCells: () =>
      panel()
        .content.widgets.filter(({ model }) => model.type === "code")
        .map(({ model }) => ({ id: model.id, source: model.sharedModel.getSource() })),

    save: () => panel().context.save(),
    interrupt: () => kernel().interrupt(),
    restart: () => panel().sessionContext.restartKernel(),

    /** Leave the notebook. What that makes the page throw has been thrown when this is over. */
    async close(path) {
      dismissDialogs();
      if (panel()?.context?.path === path) panel().dispose();
      pending.clear();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
})();
