// Records the comm messages between this page and the kernel, and can lose or duplicate them.
// Runs before any code of the page. At `window.tap`.
(() => {
  const messages = []; // in order; direction "out" is to the kernel
  let oneIn = 0; // one in how many messages of each kind is lost
  const first = new Map(); // direction and kind → the numbers of the messages sent a first time
  let twice = false;
  const utf8 = new TextDecoder();

  /** Returns the parts of a message in the protocol v1.kernel.websocket.jupyter.org. */
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

  /** Copies a message under another id of the same length: the kernel drops known ids. */
  function copyOf(frame) {
    const copy = new Uint8Array(ArrayBuffer.isView(frame) ? frame.slice() : frame.slice(0));
    const [, header] = partsOf(copy);
    const { msg_id } = JSON.parse(utf8.decode(header));
    const text = utf8.decode(header).replace(msg_id, crypto.randomUUID().slice(0, msg_id.length));
    copy.set(new TextEncoder().encode(text), header.byteOffset);
    return copy;
  }

  /** Whether to lose a message. A message that is sent again is never lost, to limit the time. */
  function isLost(direction, kind, number) {
    const key = `${direction} ${kind}`;
    const numbers = first.get(key) ?? [];
    if (oneIn === 0 || (number !== null && numbers.includes(number))) return false;
    first.set(key, [...numbers, number]);
    return numbers.length % oneIn === 0;
  }

  /** Records a message, and returns how many times it is delivered. */
  function note(direction, frame) {
    if (typeof frame === "string" || frame.byteLength === 0) return 1;
    const [, header, , , content, ...buffers] = partsOf(frame);
    const { msg_type } = JSON.parse(utf8.decode(header));
    if (!msg_type.startsWith("comm_")) return 1;
    const { data } = JSON.parse(utf8.decode(content));
    const custom = msg_type === "comm_msg" && data.method === "custom";
    const kind = custom ? String(data.content?.kind) : (data?.method ?? msg_type);
    const number = data?.content?.seq ?? data?.content?.n ?? null;
    const lost = custom && isLost(direction, kind, number);
    messages.push({
      direction,
      kind,
      op: data?.content?.op ?? null,
      name: data?.content?.name ?? null,
      seq: data?.content?.seq ?? null,
      upto: data?.content?.upto ?? null,
      bytes: frame.byteLength,
      part: buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0),
      live: window.witness.liveTracks(),
      lost,
    });
    return lost ? 0 : custom && twice ? 2 : 1;
  }

  window.WebSocket = class extends WebSocket {
    #again = false;

    constructor(...args) {
      super(...args);
      this.addEventListener("message", (event) => {
        const times = this.#again ? 1 : note("in", event.data);
        if (times === 0) event.stopImmediatePropagation();
        this.#again = times === 2;
        if (times === 2) this.dispatchEvent(new MessageEvent("message", { data: event.data }));
        this.#again = false;
      });
    }

    send(frame) {
      const times = note("out", frame);
      if (times > 0) super.send(frame);
      if (times > 1) super.send(copyOf(frame));
    }
  };

  window.tap = {
    /** The messages since the last reset. */
    messages: () => messages,
    /** Loses one in `n` following custom messages of each kind, from the first on; 0: none. */
    lose(n) {
      oneIn = n;
      first.clear();
    },
    /** Delivers all following custom messages twice, in both directions. */
    repeat: () => (twice = true),
    reset() {
      messages.length = 0;
      twice = false;
      this.lose(0);
    },
  };
})();
