// Drives JupyterLab for a test, through `window.jupyterapp`. At `window.driver`.
(() => {
  const pending = new Map(); // cell id → { done, ok }

  const app = () => window.jupyterapp;
  const panel = () => app().shell.currentWidget;
  const kernel = () => panel()?.sessionContext?.session?.kernel;

  function cell(id) {
    const found = panel().content.widgets.find((widget) => widget.model.id === id);
    if (!found) throw new Error(`The open notebook has no cell ${id}.`);
    return found;
  }

  /** JupyterLab reports a dead kernel in a dialog, which covers the page. */
  const dismissDialogs = () =>
    document.querySelectorAll(".jp-Dialog .jp-Dialog-button").forEach((button) => button.click());

  let unknownSince = null;

  /**
   * If a kernel dies early and busy, JupyterLab 4.6 may request the new kernel's info too early and
   * wait for the answer forever (in 1 of 5 cases). Restart the kernel, as a user would.
   */
  function restartUnknownKernel() {
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
    /** Whether JupyterLab has started and accepts commands. */
    started: () => Boolean(app()?.commands?.hasCommand("docmanager:open")),

    /** Whether the notebook at this path is in front and its kernel can run a cell. */
    ready(path) {
      dismissDialogs();
      restartUnknownKernel();
      const notebook = panel();
      return (
        notebook?.context?.path === path &&
        notebook.context.isReady &&
        kernel()?.status === "idle" &&
        kernel().connectionStatus === "connected"
      );
    },

    /** Whether the kernel answers a request of this page within `timeout` ms. */
    responds: (timeout) =>
      Promise.race([
        kernel()
          .requestKernelInfo()
          .then(Boolean, () => false),
        new Promise((resolve) => setTimeout(resolve, timeout, false)),
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

    /** Appends a code cell and returns its id. */
    append(source) {
      const notebook = panel().content.model.sharedModel;
      notebook.insertCell(notebook.cells.length, { cell_type: "code", source });
      return notebook.cells[notebook.cells.length - 1].id;
    },

    /** Runs a cell by JupyterLab's own command, without waiting for its end. */
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

    /** Returns the current outputs of a cell. */
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

    /** Closes the notebook, and waits a turn for the errors that this causes in the page. */
    async close(path) {
      dismissDialogs();
      if (panel()?.context?.path === path) panel().dispose();
      pending.clear();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
})();
