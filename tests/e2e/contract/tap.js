// Reads along what this page and the kernel tell each other about widgets, and can lose some of it.
// Installed before any code of the page. At `window.tap`.
(() => {
  const messages = []; // { way, kind, bytes, part, live, lost }, in order; way "out" is to the kernel
  const lossy = { in: 0, out: 0 };
  const counts = { in: 0, out: 0 };
  const utf8 = new TextDecoder();

  /** The parts of a message in the protocol v1.kernel.websocket.jupyter.org. */
  function partsOf(frame) {
    const view = ArrayBuffer.isView(frame)
      ? new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
      : new DataView(frame);
    const count = Number(view.getBigUint64(0, true));
    const offsets = Array.from({ length: count }, (_, i) =>
      Number(view.getBigUint64(8 * (i + 1), true)),
    );
    return offsets
      .slice(0, -1)
      .map(
        (start, i) => new DataView(view.buffer, view.byteOffset + start, offsets[i + 1] - start),
      );
  }

  /** Note a message; whether it is to be lost. */
  function note(way, frame) {
    if (typeof frame === "string" || frame.byteLength === 0) return false;
    const [, header, , , content, ...buffers] = partsOf(frame);
    const { msg_type } = JSON.parse(utf8.decode(header));
    if (!msg_type.startsWith("comm_")) return false;
    const { data } = JSON.parse(utf8.decode(content));
    const custom = msg_type === "comm_msg" && data.method === "custom";
    const kind = custom ? String(data.content?.kind) : (data?.method ?? msg_type);
    const lost = custom && lossy[way] > 0 && ++counts[way] % lossy[way] === 0;
    messages.push({
      way,
      kind,
      op: data?.content?.op ?? null,
      name: data?.content?.name ?? null,
      bytes: frame.byteLength,
      part: buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0),
      live: window.witness.liveTracks(),
      lost,
    });
    return lost;
  }

  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", (event) => {
        if (note("in", event.data)) event.stopImmediatePropagation();
      });
    }
    send(frame) {
      if (!note("out", frame)) super.send(frame);
    }
  };

  window.tap = {
    /** All that was seen since the last reset. */
    messages: () => messages,
    /** From now on lose every n-th custom message of each way; 0 loses none. */
    lose: (n) => {
      Object.assign(lossy, { in: n, out: n });
      Object.assign(counts, { in: 0, out: 0 });
    },
    reset() {
      messages.length = 0;
      this.lose(0);
    },
  };
})();
