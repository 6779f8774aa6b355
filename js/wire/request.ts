// A request to Python and its reply, over the messages of one model. The server drops messages when a
// cell floods its output, and a busy kernel replies late: so a request is resent, ever more rarely, and
// given up in the end.

/** What a request needs of an anywidget model. */
export type Channel = {
  send(content: unknown): void;
  on(event: "msg:custom", listener: Listener): void;
  off(event: "msg:custom", listener: Listener): void;
};

export type Listener = (content: unknown, buffers: DataView[]) => void;

/** Undefined where a message is no reply to the request; throws where it is a refusal. */
export type ParseReply<T> = (content: unknown, buffers: DataView[]) => T | undefined;

/** In milliseconds; `signal` is aborted when the reply is not needed any more. */
export type RetryPolicy = { interval: number; timeout: number; signal?: AbortSignal };

/** For replies of a few kilobytes. */
export const DEFAULT_RETRY: RetryPolicy = { interval: 3_000, timeout: 120_000 };

const UNANSWERED = "UnansweredError";

/** Whether a request was given up, whatever it was for. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && (error.name === UNANSWERED || isUnanswered(error.cause));

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
    const send = (pause: number) => {
      try {
        channel.send(content);
      } catch (error) {
        end(() => reject(error));
        return;
      }
      timer = setTimeout(send, pause, 2 * pause);
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

/** The field of a message that may be anything. */
export function field(content: unknown, name: string): unknown {
  return typeof content === "object" && content !== null
    ? (content as Record<string, unknown>)[name]
    : undefined;
}

export function textField(content: unknown, name: string): string | undefined {
  const value = field(content, name);
  return typeof value === "string" ? value : undefined;
}

/** The bytes of a reply; one that lost them on the way is no reply. */
export function bytesOf(buffer: DataView | undefined): Uint8Array<ArrayBuffer> | undefined {
  return (
    buffer && new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength)
  );
}
