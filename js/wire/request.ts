// A request to Python and its reply, over the custom messages of one model. Jupyter's server drops
// messages when a cell floods its output, and a busy kernel replies late. A request is therefore
// resent with exponential backoff, until a timeout.

/** The part of an anywidget model that a request uses. */
export type Channel = {
  send(content: unknown): void;
  on(event: "msg:custom", listener: Listener): void;
  off(event: "msg:custom", listener: Listener): void;
};

export type Listener = (content: unknown, buffers: DataView[]) => void;

/** Returns undefined if the message is not the reply; throws if it refuses the request. */
export type ParseReply<T> = (content: unknown, buffers: DataView[]) => T | undefined;

/** Milliseconds until the first resend and until the timeout; `signal` cancels the request. */
export type RetryPolicy = { interval: number; timeout: number; signal?: AbortSignal };

/** For replies of a few kilobytes. */
export const DEFAULT_RETRY: RetryPolicy = { interval: 3_000, timeout: 120_000 };

const UNANSWERED = "UnansweredError";

/** Whether a request timed out, or an error was caused by one that did. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && (error.name === UNANSWERED || isUnanswered(error.cause));

/** Send `content` until `parse` accepts a reply; rejects on a refusal, a timeout or an abort. */
export function request<T>(
  channel: Channel,
  content: object,
  parse: ParseReply<T>,
  { interval, timeout, signal }: RetryPolicy = DEFAULT_RETRY,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (settle: () => void) => {
      channel.off("msg:custom", onMessage);
      clearTimeout(timer);
      clearTimeout(limit);
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = () => end(() => reject(signal?.reason as unknown));
    const onMessage: Listener = (message, buffers) => {
      try {
        const reply = parse(message, buffers);
        if (reply !== undefined) {
          end(() => resolve(reply));
        }
      } catch (error) {
        end(() => reject(error));
      }
    };
    const send = (delay: number) => {
      try {
        channel.send(content);
      } catch (error) {
        end(() => reject(error));
        return;
      }
      timer = setTimeout(send, delay, 2 * delay);
    };
    const limit = setTimeout(() => {
      const wait = `${Math.round(timeout / 1000)} seconds`;
      const unanswered = new Error(`The kernel did not answer within ${wait}. Is it running?`);
      unanswered.name = UNANSWERED;
      end(() => reject(unanswered));
    }, timeout);
    signal?.addEventListener("abort", onAbort);
    channel.on("msg:custom", onMessage);
    send(interval);
  });
}

/** The field `name` of an unchecked message. */
export function field(content: unknown, name: string): unknown {
  return typeof content === "object" && content !== null
    ? (content as Record<string, unknown>)[name]
    : undefined;
}

export function textField(content: unknown, name: string): string | undefined {
  const value = field(content, name);
  return typeof value === "string" ? value : undefined;
}

/** The bytes of a reply; undefined if they were lost on the way, so that it counts as no reply. */
export function bytesOf(buffer: DataView | undefined): Uint8Array<ArrayBuffer> | undefined {
  return (
    buffer && new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength)
  );
}
