// Rewrites WebM during its recording, for a demuxer that reads a cluster only when it is complete.
//
// A recorder writes clusters of unknown length. Each ends where the next one begins: a timeslice
// later in Chromium, a second later in Firefox. Here, the blocks of each part become a cluster of
// known length. Any other stream passes through unchanged.

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const BLOCKS = [0xa3, 0xa0];
/** A longer element is not audio, or damaged. */
const MAX_ELEMENT = 8 * (1 << 20);
/** Positions and lengths that the new clusters change: seek head, cues, position, previous size. */
const OBSOLETE = [0x114d9b74, 0x1c53bb6b, 0xa7, 0xab];

type Bytes = Uint8Array<ArrayBuffer>;
/** `start` is the position of the content, and `size` its length, or null if unknown. */
type Header = { id: number; start: number; size: number | null };

/** A stream that gives the blocks of each part of a WebM stream a cluster of known length. */
export function reclusterWebM(): TransformStream<Bytes, Bytes> {
  const reclusterer = new Reclusterer();
  return new TransformStream({
    transform: (part, out) => out.enqueue(reclusterer.next(part)),
    flush: (out) => out.enqueue(reclusterer.end()),
  });
}

class Reclusterer {
  #rest: Bytes = new Uint8Array(0);
  #timestamp: Bytes | null = null;
  #blocks: Bytes[] = [];
  #isFirst = true;
  #isPassthrough = false;

  /** Transform the next part; returns the output. */
  next(part: Bytes): Bytes {
    const out: Bytes[] = [];
    const bytes = joined([this.#rest, part]);
    let at = 0;
    for (let header; !this.#isPassthrough && (header = headerAt(bytes, at)) !== null;) {
      const end = this.#read(header, bytes, at, out);
      if (end === null) {
        break;
      }
      at = end;
    }
    this.#rest = bytes.slice(at);
    out.push(...this.#cluster());
    return joined(this.#isPassthrough ? [...out, this.end()] : out);
  }

  /** Return the remaining bytes, at the end of the input. */
  end(): Bytes {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    return rest;
  }

  /** Read the element at `at`; returns the position of the next, or null if it is incomplete. */
  #read({ id, start, size }: Header, bytes: Bytes, at: number, out: Bytes[]): number | null {
    if (id === CLUSTER) {
      return start; // its children are read next
    }
    if (id === SEGMENT && size === null) {
      out.push(bytes.slice(at, start));
      return start;
    }
    if (size === null || size > MAX_ELEMENT || id === SEGMENT || (this.#isFirst && id !== EBML)) {
      this.#isPassthrough = true;
      return null;
    }
    const end = start + size;
    if (end > bytes.length) {
      return null;
    }
    const element = bytes.slice(at, end);
    this.#isFirst = false;
    if (id === TIMESTAMP) {
      out.push(...this.#cluster());
      this.#timestamp = element;
    } else if (BLOCKS.includes(id)) {
      this.#blocks.push(element);
    } else if (!OBSOLETE.includes(id)) {
      out.push(element);
    }
    return end;
  }

  /** The blocks read since the last cluster, as a cluster of their own. */
  #cluster(): Bytes[] {
    if (this.#blocks.length === 0) {
      return [];
    }
    const content = joined([this.#timestamp ?? new Uint8Array(0), ...this.#blocks]);
    this.#blocks = [];
    const header = new DataView(new ArrayBuffer(12));
    header.setUint32(0, CLUSTER);
    header.setUint32(4, 0x01000000); // eight bytes of length
    header.setUint32(8, content.length);
    return [new Uint8Array(header.buffer), content];
  }
}

/** The header of the element at `at`, or null if it is incomplete. */
function headerAt(bytes: Bytes, at: number): Header | null {
  const sizeAt = at + lengthAt(bytes, at);
  const start = sizeAt + lengthAt(bytes, sizeAt);
  if (start > bytes.length) {
    return null;
  }
  const unknown = 2 ** (7 * (start - sizeAt)) - 1;
  const marker = 0x80 >> (start - sizeAt - 1);
  const size = numberOf((bytes[sizeAt] ?? 0) & (marker - 1), bytes.slice(sizeAt + 1, start));
  const id = numberOf(bytes[at] ?? 0, bytes.slice(at + 1, sizeAt));
  return { id, start, size: size === unknown ? null : size };
}

/** The number of bytes of the variable-length integer at `at`: its leading zero bits, and one. */
const lengthAt = (bytes: Bytes, at: number) => Math.clz32(bytes[at] ?? 0) - 23;

const numberOf = (first: number, others: Bytes) =>
  others.reduce((sum, byte) => 256 * sum + byte, first);

function joined(parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
